import { createHmac, timingSafeEqual } from "node:crypto";

/** How far a request's time stamp may lie from ours, before or after (slack.md 2.12; Bolt looks only one way). */
const maxSkewSeconds = 300;

export interface SignedRequest {
  readonly rawBody: Buffer;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/**
 * Whether Slack signed exactly these bytes lately, with one of the secrets (two while rotating).
 * Never throws: anything malformed is simply not signed.
 */
export function isSigned(request: SignedRequest): boolean {
  const { timestamp, signature } = request;
  // Two headers arrive joined by a comma and fall out here, as do `v1=`, short and non-hex ones.
  if (!timestamp || !/^\d{1,12}$/.test(timestamp) || !signature || !/^v0=[0-9a-f]{64}$/.test(signature)) return false;
  const skew = Math.abs(Math.floor(request.nowMs / 1_000) - Number(timestamp));
  if (skew > maxSkewSeconds) return false;
  const given = Buffer.from(signature.slice(3), "hex");
  // Every secret is tried, so that the time taken does not tell which one matched.
  return request.secrets
    .filter((secret) => secret !== "")
    .map((secret) => timingSafeEqual(given, expected(secret, timestamp, request.rawBody)))
    .includes(true);
}

function expected(secret: string, timestamp: string, rawBody: Buffer): Buffer {
  return createHmac("sha256", secret).update(`v0:${timestamp}:`).update(rawBody).digest();
}
