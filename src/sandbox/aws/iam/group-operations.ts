import type { Account } from "../model.ts";
import type { QueryOperation } from "../protocol/query-xml.ts";
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from "./errors.ts";
import { arnOf, namedGroup, namedUser } from "./identities.ts";
import { callersAccount, nameOf, pathOf } from "./input.ts";
import { newGroup } from "./make.ts";
import type { Group } from "./model.ts";
import { userXml } from "./user-operations.ts";

const MOST_GROUPS = 10;

export const createGroup: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const name = nameOf(input, "GroupName", 128);
  if (account.groups.some((group) => group.name.toLowerCase() === name.toLowerCase())) {
    throw alreadyExists(`Group with name ${name}`);
  }
  const group = newGroup(name, context.now, pathOf(input));
  account.groups.push(group);
  return { Group: groupXml(account, group) };
};

/** GetGroup: the group and its members. */
export const getGroup: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const group = namedGroup(input, context);
  const members = account.users.filter(({ name }) => group.members.includes(name));
  return {
    Group: groupXml(account, group),
    Users: { member: members.map((user) => userXml(account, user, false)) },
    IsTruncated: false,
  };
};

export const listGroups: QueryOperation = (_input, context) => {
  const account = callersAccount(context);
  return { Groups: { member: account.groups.map((group) => groupXml(account, group)) }, IsTruncated: false };
};

export const listGroupsForUser: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const { name } = namedUser(input, context);
  const groups = account.groups.filter(({ members }) => members.includes(name));
  return { Groups: { member: groups.map((group) => groupXml(account, group)) }, IsTruncated: false };
};

export const deleteGroup: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const group = namedGroup(input, context);
  if (group.members.length > 0) throw deleteConflict("Cannot delete entity, must remove users from group first.");
  if (group.inline.length > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
  if (group.attached.length > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
  account.groups = account.groups.filter((other) => other !== group);
  return {};
};

/** AddUserToGroup: succeeds also when the user is in it already. */
export const addUserToGroup: QueryOperation = (input, context) => {
  const group = namedGroup(input, context);
  const { name } = namedUser(input, context);
  if (group.members.includes(name)) return {};
  const joined = callersAccount(context).groups.filter(({ members }) => members.includes(name)).length;
  if (joined >= MOST_GROUPS) throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${MOST_GROUPS}`);
  group.members = [...group.members, name];
  return {};
};

export const removeUserFromGroup: QueryOperation = (input, context) => {
  const group = namedGroup(input, context);
  const { name } = namedUser(input, context);
  if (!group.members.includes(name)) throw noSuchEntity(`User ${name} is not in group ${group.name}.`);
  group.members = group.members.filter((member) => member !== name);
  return {};
};

function groupXml(account: Account, group: Group) {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: arnOf(account, "group", group),
    CreateDate: group.createdAt,
  };
}
