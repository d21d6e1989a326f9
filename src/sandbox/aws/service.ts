import type { AwsError } from "./aws-error.ts";
import type { Account } from "./model.ts";
import type { AuthProblem } from "./signature.ts";
import type { AwsState } from "./state.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

/** Who signed a request. */
export interface Caller {
  readonly account: Account;
  readonly arn: string;
  readonly userId: string;
}

/** What an operation may use. `caller` is null for an anonymous request. */
export interface CallContext {
  readonly state: AwsState;
  readonly request: WireRequest;
  readonly requestId: string;
  readonly caller: Caller | null;
  readonly now: Date;
}

/** One operation, found in a request but not run yet. */
export interface FoundCall {
  readonly action: string;
  readonly resource: string;
  run(context: CallContext): WireAnswer;
}

/** One AWS service: how its calls are found in requests, and how it words failures. The gateway does the rest. */
export interface AwsService {
  /** The name in the credential scope of a signature, and in the call log. */
  readonly name: string;
  /** Whether unsigned requests reach the operations, which then decide. */
  readonly anonymous: boolean;
  /** Throws an AwsError for a call this stand-in does not know. */
  find(request: WireRequest): FoundCall;
  fail(error: AwsError, request: WireRequest, requestId: string): WireAnswer;
  authError(problem: AuthProblem): AwsError;
  throttle(): AwsError;
}
