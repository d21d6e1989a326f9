import type { ErrorCode, Location } from "../core/errors.ts";

/** Something an author must or should change, with the exact place (DESIGN 7.14). */
export interface Problem {
  readonly severity: "error" | "warning";
  /** What was found. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
  readonly location: Location;
  readonly code: ErrorCode;
}

/** An error-level problem of a document. */
export function documentProblem(
  message: string,
  location: Location,
  hint?: string,
  code: ErrorCode = "bad_document",
): Problem {
  return { severity: "error", message, location, code, ...(hint === undefined ? {} : { hint }) };
}
