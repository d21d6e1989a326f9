import { z } from "zod";

export const params = z.strictObject({
  bucket_name: z.string().min(3).max(63).describe("Name of the bucket, not its ARN"),
  preserve_existing_policy: z
    .boolean()
    .default(true)
    .describe("False also removes the policy's public statements; true leaves its bytes untouched"),
});
export type Params = z.infer<typeof params>;
