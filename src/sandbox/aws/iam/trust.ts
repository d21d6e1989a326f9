import type { Caller } from "../service.ts";
import { fits, parsePolicy } from "./policy-document.ts";
import type { Statement } from "./policy-document.ts";

/** The trust policy that lets these principals assume a role, with an external id if one is given. */
export function trustPolicy(principals: readonly string[], externalId: string | null): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: principals.length === 1 ? principals[0] : principals },
        Action: "sts:AssumeRole",
        ...(externalId === null ? {} : { Condition: { StringEquals: { "sts:ExternalId": externalId } } }),
      },
    ],
  });
}

/** Whether a role with this trust policy may be assumed by that caller, who gives that external id. */
export function trusts(policy: string, caller: Caller, externalId: string | null): boolean {
  const statements = parsePolicy(policy, "trust").filter(
    (statement) =>
      namesCaller(statement, caller) &&
      statement.actions.some((action) => fits(action, "sts:AssumeRole", "i")) !== statement.allActionsBut,
  );
  if (statements.some(({ effect, condition }) => effect === "Deny" && holds(condition, externalId))) return false;
  return statements.some(({ effect, condition }) => effect === "Allow" && holds(condition, externalId));
}

function namesCaller({ principals }: Statement, caller: Caller): boolean {
  const names = ["*", caller.arn, caller.account.id, `arn:aws:iam::${caller.account.id}:root`];
  const role = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(caller.arn);
  if (role !== null) names.push(`arn:aws:iam::${role[1] ?? ""}:role/${role[2] ?? ""}`);
  return principals.some((principal) => names.includes(principal));
}

/** Every condition must hold; one this stand-in cannot judge does not. */
function holds(condition: Statement["condition"], externalId: string | null): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(
      ([key, wanted]) =>
        operator === "StringEquals" &&
        key.toLowerCase() === "sts:externalid" &&
        externalId !== null &&
        wanted.includes(externalId),
    ),
  );
}
