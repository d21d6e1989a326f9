import type { Account } from "../model.ts";
import type { CallContext } from "../service.ts";
import { noSuchEntity, validationError } from "./errors.ts";
import { callersAccount, nameOf } from "./input.ts";
import type { Group, Identity, Role, User } from "./model.ts";

export type Kind = "User" | "Group" | "Role";

/** The ARN of something IAM keeps. */
export function arnOf(
  account: Account,
  kind: "user" | "group" | "role" | "policy",
  { path, name }: { readonly path: string; readonly name: string },
): string {
  return `arn:aws:iam::${account.id}:${kind}${path}${name}`;
}

function lists(account: Account): Readonly<Record<Kind, readonly Identity[]>> {
  return { User: account.users, Group: account.groups, Role: account.roles };
}

/** The identity of that kind that a call names; NoSuchEntity when there is none. */
export function named(kind: Kind, input: URLSearchParams, context: CallContext): Identity {
  const name = nameOf(input, `${kind}Name`, kind === "Group" ? 128 : 64);
  const found = lists(callersAccount(context))[kind].find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw noSuchEntity(`The ${kind.toLowerCase()} with name ${name} cannot be found.`);
}

export function namedUser(input: URLSearchParams, context: CallContext): User {
  return named("User", input, context) as User;
}

export function namedGroup(input: URLSearchParams, context: CallContext): Group {
  return named("Group", input, context) as Group;
}

export function namedRole(input: URLSearchParams, context: CallContext): Role {
  return named("Role", input, context) as Role;
}

/** The user a call names, or the caller where the name is left out. */
export function namedOrCalling(input: URLSearchParams, context: CallContext): User {
  if (input.has("UserName")) return namedUser(input, context);
  const name = context.caller?.arn.split(":user/")[1]?.split("/").at(-1);
  if (name === undefined) throw validationError("Must specify userName when calling with non-User credentials");
  return namedUser(new URLSearchParams({ UserName: name }), context);
}
