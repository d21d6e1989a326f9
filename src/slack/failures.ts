import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from "@slack/web-api";

/** What a failed call means for the one who made it (slack.md 2.1, 2.10). */
export type Failure =
  /** Too many calls; nothing happened. */
  | { readonly kind: "limited"; readonly waitMs: number; readonly code: string }
  /** It may or may not have happened: read back before trying again. */
  | { readonly kind: "unclear"; readonly code: string }
  /** The installation is broken (token, scope); nothing happened, and an administrator has to act. */
  | { readonly kind: "installation"; readonly code: string }
  /** The message to change is gone. */
  | { readonly kind: "gone"; readonly code: string }
  /** Our blocks are refused; nothing happened. */
  | { readonly kind: "blocks"; readonly code: string }
  /** It will never work like this. */
  | { readonly kind: "permanent"; readonly code: string };

const installation = new Set(["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope", "no_permission", "ekm_access_denied"]); // prettier-ignore
const passing = new Set(["internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"]); // prettier-ignore
const gone = new Set(["message_not_found", "thread_not_found", "cannot_reply_to_message"]);
const blocks = new Set(["invalid_blocks", "invalid_blocks_format", "invalid_attachments", "msg_blocks_too_long", "msg_blocks_too_many", "msg_too_long", "block_mismatch", "invalid_arguments"]); // prettier-ignore
const defaultWaitMs = 5_000;

/** Sort a thrown error of the Web API into what to do about it. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof WebAPIRateLimitedError)
    return { kind: "limited", waitMs: thrown.retryAfter * 1_000, code: "ratelimited" };
  if (thrown instanceof WebAPIHTTPError) return { kind: "unclear", code: `http_${thrown.statusCode}` };
  if (thrown instanceof WebAPIPlatformError) return platformFailure(thrown.data.error);
  // Without a numeric Retry-After the client throws a plain error, recognisable by its words only.
  if (thrown instanceof Error && thrown.message.includes("Retry header"))
    return { kind: "limited", waitMs: defaultWaitMs, code: "ratelimited" };
  // Dropped connection, time-out, DNS, TLS: the request may have arrived.
  return { kind: "unclear", code: thrown instanceof Error ? thrown.message.slice(0, 200) : "unknown" };
}

function platformFailure(code: string): Failure {
  // A page instead of JSON ends up here as the "error".
  if (!/^[a-z0-9_]{1,80}$/.test(code)) return { kind: "unclear", code: "not_json" };
  if (code === "ratelimited" || code === "rate_limited" || code === "message_limit_exceeded")
    return { kind: "limited", waitMs: defaultWaitMs, code };
  if (installation.has(code)) return { kind: "installation", code };
  if (passing.has(code)) return { kind: "unclear", code };
  if (gone.has(code)) return { kind: "gone", code };
  if (blocks.has(code)) return { kind: "blocks", code };
  return { kind: "permanent", code };
}
