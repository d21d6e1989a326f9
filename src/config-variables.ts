import { z } from "zod";
import { PolicyError } from "./core/errors.ts";
import { scopes, type Scope } from "./core/event.ts";
import { hashToken, type ApiToken } from "./ingest/authenticate.ts";

/* One schema per variable. Every message says what a right value looks like and none repeats the wrong one: it may be a secret. */

const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");
const url = (protocols: RegExp, message: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), message);
const httpUrl = url(/^https?:$/, "must be an http:// or https:// URL");
const databaseUrl = url(/^postgres(ql)?:$/, "must be a postgres:// URL");
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const isBase64 = (text: string, bytes: (length: number) => boolean) =>
  base64.test(text) && bytes(Buffer.from(text, "base64").length);

const schemas = {
  DATABASE_URL: databaseUrl.optional(),
  POLICYCORTEX_MIGRATION_URL: databaseUrl.optional(),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number, 0 to 65535")
    .transform(Number)
    .refine((port) => port <= 65_535, "must be a port number, 0 to 65535")
    .default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, "must be an address or host name to listen on")
    .optional(),
  POLICYCORTEX_PUBLIC_URL: httpUrl
    .refine((text) => !/[?#]/.test(text), "must be a URL without query or fragment")
    .transform((text) => text.replace(/\/+$/, ""))
    .optional(),
  POLICYCORTEX_SECRET_KEY: z
    .string()
    .refine((text) => isBase64(text, (length) => length === 32), "must be 32 bytes in base64")
    .transform((text) => Buffer.from(text, "base64"))
    .optional(),
  POLICYCORTEX_DATA: z.string().default(".data"),
  POLICYCORTEX_WORKFLOWS: z
    .string()
    .transform((text) => text.split(":").filter((folder) => folder !== ""))
    .refine((folders) => folders.length > 0, "must name at least one folder")
    .default(["workflows"]),
  POLICYCORTEX_MODE: z
    .enum(["enforce", "dry-run"], "must be enforce or dry-run")
    .refine((mode) => mode !== "dry-run", "dry-run is not built yet; the start stops rather than acting for real")
    .default("enforce"),
  POLICYCORTEX_CHANNEL: z
    .string()
    .regex(/^(#[^\s#]{1,80}|[CG][A-Z0-9]{2,20})$/, "must be a #channel or a channel id")
    .optional(),
  POLICYCORTEX_WEBHOOK_SECRET: z
    .string()
    .transform(words)
    .refine(
      (each) => each.every((word) => /^whsec_/.test(word) && isBase64(word.slice(6), (n) => n >= 16 && n <= 128)),
      "must be whsec_ and 16 to 128 bytes in base64; several separated by a space",
    )
    .default([]),
  POLICYCORTEX_API_TOKENS: z.string().transform(words).default([]),
  POLICYCORTEX_AUDIT_ANCHOR: z.string().optional(),
  SLACK_BOT_TOKEN: z.string().startsWith("xoxb-", "must be a bot token, xoxb-…").optional(),
  SLACK_SIGNING_SECRET: z
    .string()
    .transform(words)
    .refine((each) => each.length <= 2, "must be one secret, or two while rotating")
    .default([]),
  SLACK_APP_TOKEN: z.string().startsWith("xapp-", "must be an app-level token, xapp-…").optional(),
  SLACK_API_URL: httpUrl.optional(),
  AWS_ENDPOINT_URL: httpUrl.optional(),
  AWS_REGION: z.string().optional(),
  AWS_DEFAULT_REGION: z.string().optional(),
  POLICYCORTEX_ALLOW_AWS_ENDPOINT: z.enum(["0", "1"], "must be 1 (or 0)").default("0"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], "must be fatal … trace, or silent")
    .default("info"),
} as const;

const schema = z.object(schemas);
export type Variables = z.output<typeof schema>;

/** @throws PolicyError `bad_config` for the first variable that is wrong. */
export function readVariables(environment: Readonly<Record<string, string>>): Variables {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new PolicyError("bad_config", `${issue.path.map(String).join(".")}: ${issue.message}`);
}

const tokenShape =
  /^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})(?:@([A-Za-z0-9][A-Za-z0-9_.-]{0,63}))?:([^\s:]+)(?::([a-z+]+))?$/;

/** `name[@tenant]:token[:scope+scope]`; scopes default to `events` alone. */
export function apiTokens(entries: readonly string[]): readonly ApiToken[] {
  const tokens = entries.map((entry, index) => apiToken(entry, index + 1));
  for (const [index, { name, tokenHash }] of tokens.entries()) {
    const earlier = tokens.slice(0, index);
    if (earlier.some((other) => other.name === name)) throw refuse(index + 1, "an earlier one has the same name");
    if (earlier.some((other) => other.tokenHash === tokenHash))
      throw refuse(index + 1, "an earlier one has the same token");
  }
  return tokens;
}

function apiToken(entry: string, position: number): ApiToken {
  const [, name, tenantId, token, wanted] = tokenShape.exec(entry) ?? [];
  if (name === undefined || token === undefined) throw refuse(position, "write name[@tenant]:token[:scope+scope]");
  if (token.length < 32) throw refuse(position, "the token is shorter than 32 characters");
  const named = wanted === undefined ? ["events"] : wanted.split("+");
  if (named.some((scope) => !(scopes as readonly string[]).includes(scope)))
    throw refuse(position, `the scopes are ${scopes.join(", ")}`);
  return { name, tenantId: tenantId ?? "default", tokenHash: hashToken(token), scopes: named as Scope[] };
}

/** By position alone: whoever mixed up the order would see the token where the name should be. */
function refuse(position: number, message: string): PolicyError {
  return new PolicyError("bad_config", `POLICYCORTEX_API_TOKENS: entry ${position}: ${message}`);
}
