import { AwsError } from "../aws-error.ts";
import type { CallContext, Caller } from "../service.ts";

/** The caller of an operation that cannot be called anonymously. */
export function signedCaller(context: CallContext): Caller {
  if (context.caller === null) throw new AwsError("AccessDenied", 403, "Access Denied");
  return context.caller;
}
