import type { Account } from "../model.ts";
import type { QueryOperation } from "../protocol/query-xml.ts";
import type { XmlValue } from "../xml.ts";
import { alreadyExists, deleteConflict, noSuchEntity, validationError } from "./errors.ts";
import { arnOf, namedOrCalling, namedUser } from "./identities.ts";
import { callersAccount, flag, nameOf, pathOf, required, tagsOf } from "./input.ts";
import { newUser } from "./make.ts";
import { policyAt } from "./managed.ts";
import type { Tag, User } from "./model.ts";

/** How answers show tags; nothing when there are none. */
export function tagList(tags: readonly Tag[]): XmlValue {
  return tags.length === 0 ? undefined : { member: tags.map(({ Key, Value }) => ({ Key, Value })) };
}

/** How answers show a boundary; nothing when there is none. */
export function boundaryXml(boundary: string | null): XmlValue {
  if (boundary === null) return undefined;
  return { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: boundary };
}

/** How answers show a user; lists leave out tags and boundary, as on AWS. */
export function userXml(account: Account, user: User, whole = true): Readonly<Record<string, XmlValue>> {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: arnOf(account, "user", user),
    CreateDate: user.createdAt,
    ...(whole ? { PermissionsBoundary: boundaryXml(user.boundary), Tags: tagList(user.tags) } : {}),
  };
}

export const createUser: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const name = nameOf(input, "UserName");
  // Names differ from each other by more than case.
  if (account.users.some((user) => user.name.toLowerCase() === name.toLowerCase())) {
    throw alreadyExists(`User with name ${name}`);
  }
  const boundary = input.get("PermissionsBoundary");
  if (boundary !== null) policyAt(account, boundary);
  const user = { ...newUser(name, context.now, pathOf(input)), boundary, tags: tagsOf(input) };
  account.users.push(user);
  return { User: userXml(account, user) };
};

export const getUser: QueryOperation = (input, context) => ({
  User: userXml(callersAccount(context), namedOrCalling(input, context)),
});

export const listUsers: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const prefix = input.get("PathPrefix") ?? "/";
  const users = account.users.filter(({ path }) => path.startsWith(prefix));
  return { Users: { member: users.map((user) => userXml(account, user, false)) }, IsTruncated: false };
};

/** DeleteUser: everything that hangs on the user must go first. */
export const deleteUser: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const user = namedUser(input, context);
  const holding: readonly (readonly [boolean, string])[] = [
    [account.keys.some((key) => key.user === user.name), "must delete access keys first."],
    [user.loginProfile !== null, "must delete login profile first."],
    [user.inline.length > 0, "must delete policies first."],
    [user.attached.length > 0, "must detach all policies first."],
    [account.groups.some(({ members }) => members.includes(user.name)), "must remove users from group first."],
  ];
  const held = holding.find(([holds]) => holds);
  if (held !== undefined) throw deleteConflict(`Cannot delete entity, ${held[1]}`);
  account.users = account.users.filter((other) => other !== user);
  return {};
};

export const createLoginProfile: QueryOperation = (input, context) => {
  const user = namedUser(input, context);
  if (user.loginProfile !== null) throw alreadyExists(`Login Profile for user ${user.name}`);
  checkPassword(required(input, "Password"));
  const passwordResetRequired = flag(input, "PasswordResetRequired") ?? false;
  user.loginProfile = { createdAt: context.now.toISOString(), passwordResetRequired };
  return { LoginProfile: loginXml(user) };
};

export const getLoginProfile: QueryOperation = (input, context) => ({
  LoginProfile: loginXml(namedOrCalling(input, context)),
});

/** UpdateLoginProfile; passwords themselves are never kept. */
export const updateLoginProfile: QueryOperation = (input, context) => {
  const user = namedUser(input, context);
  const profile = existingProfile(user);
  const password = input.get("Password");
  if (password !== null) checkPassword(password);
  profile.passwordResetRequired = flag(input, "PasswordResetRequired") ?? profile.passwordResetRequired;
  return {};
};

export const deleteLoginProfile: QueryOperation = (input, context) => {
  const user = namedOrCalling(input, context);
  existingProfile(user);
  user.loginProfile = null;
  return {};
};

function existingProfile(user: User): NonNullable<User["loginProfile"]> {
  if (user.loginProfile !== null) return user.loginProfile;
  throw noSuchEntity(`Login Profile for User ${user.name} cannot be found.`);
}

function loginXml(user: User): Readonly<Record<string, XmlValue>> {
  const { createdAt, passwordResetRequired } = existingProfile(user);
  return { UserName: user.name, CreateDate: createdAt, PasswordResetRequired: passwordResetRequired };
}

function checkPassword(password: string): void {
  if (password.length < 8 || password.length > 128) {
    throw validationError("Password should have a minimum length of 8 and a maximum length of 128");
  }
}
