import { createHash, timingSafeEqual } from "node:crypto";
import { PolicyError } from "../core/errors.ts";
import type { Scope, Sender } from "../core/event.ts";
import { verifyWebhook } from "./webhook-signature.ts";

/** One entry of POLICYCORTEX_API_TOKENS. Only the hash is kept: what is not held cannot leak. */
export interface ApiToken {
  readonly name: string;
  readonly tenantId: string;
  /** SHA-256 of the token, 64 hex digits. */
  readonly tokenHash: string;
  readonly scopes: readonly Scope[];
}

interface IncomingRequest {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Buffer;
}

export interface Credentials {
  /**
   * Who sends this, by `Authorization: Bearer`, `x-api-key` or Standard Webhooks headers, and for which tenant.
   * @throws PolicyError `unauthorised`; the message never says which part was wrong with a token.
   */
  authenticate(request: IncomingRequest, now: Date): Promise<Sender>;
}

/** How a token is kept and compared. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

export function createCredentials(input: {
  readonly tokens: readonly ApiToken[];
  /** `whsec_…`, each one valid: two while one is being rotated. */
  readonly webhookSecrets: readonly string[];
}): Credentials {
  const known = input.tokens.map((token) => ({ hash: Buffer.from(token.tokenHash, "hex"), sender: senderOf(token) }));
  const keys = input.webhookSecrets.map((secret) => Buffer.from(secret.replace(/^whsec_/, ""), "base64"));
  return {
    authenticate: async ({ headers, rawBody }, now) => {
      const token = tokenOf(headers);
      if (token !== undefined) return findToken(known, token);
      if (headers["webhook-signature"] === undefined)
        throw new PolicyError("unauthorised", "no credential", {
          hint: "send Authorization: Bearer, x-api-key, or a signed webhook",
        });
      verifyWebhook(keys, headers, rawBody, now);
      return webhookSender;
    },
  };
}

/** Webhook secrets name no tenant and carry the one default scope (CONTRACT). */
const webhookSender: Sender = Object.freeze({ name: "webhook", tenantId: "default", scopes: ["events"] as const });

function senderOf(token: ApiToken): Sender {
  return Object.freeze({ name: token.name, tenantId: token.tenantId, scopes: token.scopes });
}

function tokenOf(headers: IncomingRequest["headers"]): string | undefined {
  const authorization = headers["authorization"];
  if (authorization === undefined) return headers["x-api-key"];
  const bearer = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
  if (bearer === undefined) throw new PolicyError("unauthorised", "Authorization must be `Bearer <token>`");
  return bearer;
}

/** Every stored hash is compared, so that the time says nothing about which one came close. */
function findToken(known: readonly { readonly hash: Buffer; readonly sender: Sender }[], token: string): Sender {
  const presented = createHash("sha256").update(token).digest();
  const found = known.filter(({ hash }) => timingSafeEqual(hash, presented));
  if (!found[0]) throw new PolicyError("unauthorised", "the token is not known");
  return found[0].sender;
}

/** @throws PolicyError `forbidden` when the credential may not do this. */
export function requireScope(sender: Sender, scope: Scope): void {
  if (!sender.scopes.includes(scope))
    throw new PolicyError("forbidden", `the credential ${sender.name} has no ${scope} scope`);
}
