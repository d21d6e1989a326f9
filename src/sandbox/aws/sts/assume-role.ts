import { AwsError } from "../aws-error.ts";
import type { Role } from "../iam/model.ts";
import { trusts } from "../iam/trust.ts";
import { secretKey, sessionToken, uniqueId } from "../identifiers.ts";
import type { Account, Session } from "../model.ts";
import type { QueryOperation } from "../protocol/query-xml.ts";
import { signedCaller } from "../protocol/signed-caller.ts";

/** AssumeRole: temporary credentials in the role's account, if the role exists and trusts the caller. */
export const assumeRole: QueryOperation = (input, context) => {
  const caller = signedCaller(context);
  const arn = input.get("RoleArn") ?? "";
  const sessionName = required(input, "RoleSessionName", /^[\w+=,.@-]{2,64}$/);
  const match = /^arn:aws:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]{1,64})$/.exec(arn);
  if (match === null) throw new AwsError("ValidationError", 400, `${arn} is invalid`);
  const account = context.state.account(match[1] ?? "");
  // What IAM tells other services may lag behind what was written to it.
  const role = context
    .iam()
    .account(account?.id ?? "")
    ?.roles.find((candidate) => candidate.name === match[2]);
  // A role that is missing and one that does not trust the caller look the same from outside, as on AWS.
  if (account === undefined || role === undefined || !trusts(role.trustPolicy, caller, input.get("ExternalId"))) {
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
    throw new AwsError("AccessDenied", 403, message);
  }
  const session = startSession(account, role, sessionName, duration(input, role), context.now.getTime());
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAt).toISOString(),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: `arn:aws:sts::${account.id}:assumed-role/${role.name}/${sessionName}`,
    },
  };
};

function required(input: URLSearchParams, name: string, pattern: RegExp): string {
  const value = input.get(name) ?? "";
  if (!pattern.test(value)) {
    const message = `1 validation error detected: Value at '${name}' failed to satisfy constraint: ${String(pattern)}`;
    throw new AwsError("ValidationError", 400, message);
  }
  return value;
}

function duration(input: URLSearchParams, role: Role): number {
  const seconds = Number(input.get("DurationSeconds") ?? "3600");
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200) {
    throw new AwsError("ValidationError", 400, "DurationSeconds must be between 900 and 43200");
  }
  if (seconds > role.maxSessionSeconds) {
    const message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    throw new AwsError("ValidationError", 400, message);
  }
  return seconds;
}

function startSession(account: Account, role: Role, sessionName: string, seconds: number, now: number): Session {
  const session: Session = {
    accessKeyId: uniqueId("ASIASANDBOX", 20),
    secretAccessKey: secretKey(),
    sessionToken: sessionToken(),
    role: role.name,
    roleId: role.id,
    sessionName,
    expiresAt: now + seconds * 1000,
  };
  // A while after its end a session still answers "expired"; then it is forgotten, so that the file stays small.
  account.sessions = [...account.sessions.filter((old) => old.expiresAt > now - 3_600_000), session];
  return session;
}
