import type { Tier } from "../limits.ts";
import type { JsonObject } from "../types.ts";
import type { Workspace } from "../workspace.ts";

/** One call on its way through the server. */
export interface Call {
  workspace: Workspace;
  args: JsonObject;
  /** Where this server is reached, for links. */
  url: string;
  /** The address of a new Socket Mode connection. */
  openSocket(): string;
}

/** One row of the method table: what is checked before `run`, and the effect. */
export interface Method {
  /** Any one of these lets the call through; none: no scope needed. */
  scopes?: string[];
  tier: Tier;
  /** Arguments that must be there and not empty. */
  required?: string[];
  /** Works without a token. */
  open?: boolean;
  /** Takes the app-level token instead of the bot's. */
  token?: "app";
  run(call: Call): JsonObject;
}

/** `ok: false` with Slack's code; `details` goes into the body. */
export class ApiError extends Error {
  readonly code: string;
  readonly details: JsonObject;
  constructor(code: string, details: JsonObject = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** `invalid_arguments` with the reasons Slack lists in `response_metadata`. */
export function invalidArguments(...reasons: string[]): ApiError {
  return new ApiError("invalid_arguments", {
    response_metadata: { messages: reasons.map((reason) => `[ERROR] ${reason}`) },
  });
}
