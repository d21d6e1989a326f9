import { createHmac, timingSafeEqual } from "node:crypto";
import { PolicyError } from "../core/errors.ts";

/** Both ways: a clock may be behind as well as ahead. */
const toleranceSeconds = 300;
/** Enough for any rotation; a header of thousands would cost a hash each. */
const mostSignatures = 16;

/**
 * Standard Webhooks (standardwebhooks.com): HMAC-SHA-256 over `id.timestamp.body`, several signatures and several keys
 * while a secret is rotated.
 *
 * The same bytes again within the five minutes pass on purpose. They can only name the events that are stored already, so
 * they are answered `duplicate` and nothing runs; a refusal would lose the event of a sender that repeats itself because
 * our first answer, perhaps a 503, never reached it.
 * @throws PolicyError `unauthorised`.
 */
export function verifyWebhook(
  keys: readonly Buffer[],
  headers: Readonly<Record<string, string | undefined>>,
  rawBody: Buffer,
  now: Date,
): void {
  const id = headers["webhook-id"] ?? "";
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (id === "" || !/^\d{1,12}$/.test(timestamp))
    throw new PolicyError("unauthorised", "webhook-id and webhook-timestamp (seconds) must come with the signature");
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > toleranceSeconds)
    throw new PolicyError("unauthorised", "the webhook's timestamp is more than five minutes away from our clock", {
      hint: "sign each delivery anew; check both clocks",
    });
  const signatures = (headers["webhook-signature"] ?? "")
    .split(" ")
    .filter((part) => part.startsWith("v1,"))
    .slice(0, mostSignatures)
    .map((part) => Buffer.from(part.slice(3), "base64"));
  const expected = keys.map((key) => createHmac("sha256", key).update(`${id}.${timestamp}.`).update(rawBody).digest());
  const matches = expected.flatMap((wanted) => signatures.filter((given) => equal(wanted, given)));
  if (matches.length === 0) throw new PolicyError("unauthorised", "the webhook's signature does not fit");
}

function equal(wanted: Buffer, given: Buffer): boolean {
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
