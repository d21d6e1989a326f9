import type { Account, Session } from "./model.ts";
import type { Caller } from "./service.ts";
import type { AuthProblem, Signature } from "./signature.ts";
import { checkSignature } from "./signature.ts";
import type { AwsState } from "./state.ts";
import type { WireRequest } from "./wire.ts";

/** Finds who signed a request, or what is wrong with its signature. */
export function authenticate(
  state: AwsState,
  request: WireRequest,
  signature: Signature,
  now: Date,
): { caller: Caller } | { problem: AuthProblem } {
  const found = state.credential(signature.accessKeyId);
  if (found === undefined) return { problem: "unknown_key" };
  const { account, holder } = found;
  const token = request.headers["x-amz-security-token"];
  if ("sessionToken" in holder) {
    if (token !== holder.sessionToken) return { problem: "bad_token" };
    if (holder.expiresAt <= now.getTime()) return { problem: "expired_token" };
  } else {
    if (token !== undefined) return { problem: "bad_token" };
    if (holder.status !== "Active") return { problem: "unknown_key" };
  }
  const problem = checkSignature(request, signature, holder.secretAccessKey, now);
  if (problem !== undefined) return { problem };
  return { caller: "sessionToken" in holder ? roleCaller(account, holder) : userCaller(account, holder.user) };
}

function roleCaller(account: Account, session: Session): Caller {
  return {
    account,
    arn: `arn:aws:sts::${account.id}:assumed-role/${session.role}/${session.sessionName}`,
    userId: `${session.roleId}:${session.sessionName}`,
  };
}

function userCaller(account: Account, name: string): Caller {
  const user = account.users.find((candidate) => candidate.name === name);
  return { account, arn: `arn:aws:iam::${account.id}:user${user?.path ?? "/"}${name}`, userId: user?.id ?? account.id };
}
