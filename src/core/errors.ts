/** The one list of error codes. A code never changes its meaning; messages may. */
export const errorCodes = [
  "bad_config",
  "bad_input",
  "bad_document",
  "bad_expression",
  "bad_template",
  "unknown_name",
  "unauthorised",
  "forbidden",
  "not_found",
  "unsupported_media_type",
  "too_large",
  "unknown_format",
  "tenant_mismatch",
  "over_capacity",
  "store_unavailable",
  "migration_failed",
  "data_folder_locked",
  "data_folder_broken",
  "wrong_database_kind",
  "port_in_use",
  "fenced",
  "conflict",
  "plan_unreadable",
  "plan_drifted",
  "authority_lost",
  "account_mismatch",
  "resource_locked",
  "missing_permission",
  "provider_refused",
  "provider_throttled",
  "provider_unknown",
  "verify_failed",
  "rollback_refused",
  "rollback_failed",
  "action_not_installed",
  "deadline_passed",
  "stale_revision",
  "already_decided",
  "own_request",
  "not_an_approver",
  "directory_unreachable",
  "forged_reference",
  "replayed_request",
  "slack_refused",
  "paused",
  "audit_broken",
  "internal",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** Where in a document an error stands; lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ErrorDetails {
  readonly hint?: string;
  /** JSON pointer or dotted path into the input that was refused. */
  readonly path?: string;
  readonly location?: Location;
  readonly cause?: unknown;
}

/** A fault with a stable code. The message says what was found; the hint says what to do next. */
export class PolicyError extends Error {
  readonly code: ErrorCode;
  readonly hint?: string;
  readonly path?: string;
  readonly location?: Location;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "PolicyError";
    this.code = code;
    if (details.hint !== undefined) this.hint = details.hint;
    if (details.path !== undefined) this.path = details.path;
    if (details.location !== undefined) this.location = details.location;
  }
}

/** Whatever was thrown, as an Error, so that a catch never loses the cause. */
export function coerceError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  // An Error of another realm (a vm context) is one all the same.
  if (Object.prototype.toString.call(thrown) === "[object Error]") return thrown as Error;
  return new Error(typeof thrown === "string" ? thrown : JSON.stringify(thrown), { cause: thrown });
}

/** True when `error` is a PolicyError with one of the codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is PolicyError {
  return error instanceof PolicyError && codes.includes(error.code);
}

/** `file:line:column: message (hint)`: the one line that the command line prints for a fault. */
export function describeError(error: unknown): string {
  const fault = coerceError(error);
  if (!(fault instanceof PolicyError)) return fault.message;
  const at = fault.location;
  const where = at ? `${at.file}:${at.line}:${at.column}: ` : "";
  return `${where}${fault.message}${fault.hint ? ` (${fault.hint})` : ""}`;
}
