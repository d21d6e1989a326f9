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
  /** What IAM tells other services: the state itself, or an older one while IAM lags behind. */
  iam(): AwsState;
  readonly request: WireRequest;
  readonly requestId: string;
  readonly caller: Caller | null;
  readonly now: Date;
}

/** One operation, found in a request but not run yet. */
export interface FoundCall {
  readonly action: string;
  readonly resource: string;
  /** The IAM action it needs, where that is not `service:action`. */
  readonly permission?: string;
  run(context: CallContext): WireAnswer;
}

/** One AWS service: how its calls are found in requests, and how it words failures. The gateway does the rest. */
export interface AwsService {
  /** The name in the call log, in switches and in faults. */
  readonly name: string;
  /** The name in the credential scope of a signature. */
  readonly signingName: string;
  /** Whether unsigned requests reach the operations, which then decide. */
  readonly anonymous: boolean;
  /** Whether the shape of a request says that it is for this service and no other. */
  claims(request: WireRequest): boolean;
  /** Throws an AwsError for a call this stand-in does not know. */
  find(request: WireRequest): FoundCall;
  fail(error: AwsError, request: WireRequest, requestId: string): WireAnswer;
  authError(problem: AuthProblem): AwsError;
  denied(message: string): AwsError;
  throttle(): AwsError;
}
