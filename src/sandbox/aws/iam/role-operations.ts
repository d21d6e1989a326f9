import type { Account } from "../model.ts";
import type { QueryOperation } from "../protocol/query-xml.ts";
import { alreadyExists, deleteConflict, limitExceeded, validationError } from "./errors.ts";
import { arnOf, namedRole } from "./identities.ts";
import { callersAccount, nameOf, pathOf, required, tagsOf } from "./input.ts";
import { newRole } from "./make.ts";
import { policyAt } from "./managed.ts";
import type { Role } from "./model.ts";
import { encodeDocument } from "./permission-operations.ts";
import { parsePolicy } from "./policy-document.ts";
import { boundaryXml, tagList } from "./user-operations.ts";

const LARGEST_TRUST = 2048;

export const createRole: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const name = nameOf(input, "RoleName");
  const trust = trustDocument(input, "AssumeRolePolicyDocument");
  if (account.roles.some((role) => role.name.toLowerCase() === name.toLowerCase())) {
    throw alreadyExists(`Role with name ${name}`);
  }
  const maxSessionSeconds = Number(input.get("MaxSessionDuration") ?? "3600");
  if (!Number.isInteger(maxSessionSeconds) || maxSessionSeconds < 3600 || maxSessionSeconds > 43_200) {
    throw validationError("MaxSessionDuration must be between 3600 and 43200");
  }
  const boundary = input.get("PermissionsBoundary");
  if (boundary !== null) policyAt(account, boundary);
  const role: Role = {
    ...newRole(name, trust, context.now, pathOf(input)),
    boundary,
    tags: tagsOf(input),
    description: input.get("Description") ?? "",
    maxSessionSeconds,
  };
  account.roles.push(role);
  return { Role: roleXml(account, role) };
};

export const getRole: QueryOperation = (input, context) => ({
  Role: roleXml(callersAccount(context), namedRole(input, context)),
});

export const listRoles: QueryOperation = (_input, context) => {
  const account = callersAccount(context);
  return { Roles: { member: account.roles.map((role) => roleXml(account, role)) }, IsTruncated: false };
};

export const deleteRole: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const role = namedRole(input, context);
  if (role.inline.length > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
  if (role.attached.length > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
  account.roles = account.roles.filter((other) => other !== role);
  return {};
};

/** UpdateAssumeRolePolicy replaces the whole trust policy. */
export const updateAssumeRolePolicy: QueryOperation = (input, context) => {
  const role = namedRole(input, context);
  role.trustPolicy = trustDocument(input, "PolicyDocument");
  return {};
};

function trustDocument(input: URLSearchParams, parameter: string): string {
  const document = required(input, parameter);
  parsePolicy(document, "trust");
  if (document.replace(/\s/g, "").length > LARGEST_TRUST) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${LARGEST_TRUST}`);
  }
  return document;
}

function roleXml(account: Account, role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: arnOf(account, "role", role),
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    Description: role.description === "" ? undefined : role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    PermissionsBoundary: boundaryXml(role.boundary),
    Tags: tagList(role.tags),
  };
}
