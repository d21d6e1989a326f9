import { z } from "zod";

export const params = z.strictObject({
  channel: z
    .string()
    .regex(/^(#[^\s#]{1,80}|[CG][A-Z0-9]{8,20})$/, "a channel is #name or an id such as C0123456789")
    .describe("Where the message goes: #name or a channel id"),
  message: z.string().min(1).max(3000).describe("Text, at most 3000 characters: what one Slack section holds"),
});
export type Params = z.infer<typeof params>;
