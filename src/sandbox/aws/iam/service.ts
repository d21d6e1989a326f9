import { queryService } from "../protocol/query-xml.ts";
import * as groups from "./group-operations.ts";
import * as keys from "./key-operations.ts";
import * as passwords from "./password-operations.ts";
import { boundaryOperations, permissionOperations } from "./permission-operations.ts";
import * as policies from "./policy-operations.ts";
import * as roles from "./role-operations.ts";
import * as users from "./user-operations.ts";

const NAMED_BY = ["UserName", "RoleName", "GroupName", "PolicyArn", "PolicyName", "AccessKeyId"];

/** AWS Identity and Access Management. */
export const iam = queryService({
  name: "iam",
  version: "2010-05-08",
  namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  operations: new Map([
    ["CreateUser", users.createUser],
    ["GetUser", users.getUser],
    ["ListUsers", users.listUsers],
    ["DeleteUser", users.deleteUser],
    ["CreateLoginProfile", users.createLoginProfile],
    ["GetLoginProfile", users.getLoginProfile],
    ["UpdateLoginProfile", users.updateLoginProfile],
    ["DeleteLoginProfile", users.deleteLoginProfile],
    ["CreateAccessKey", keys.createAccessKey],
    ["ListAccessKeys", keys.listAccessKeys],
    ["UpdateAccessKey", keys.updateAccessKey],
    ["DeleteAccessKey", keys.deleteAccessKey],
    ["GetAccessKeyLastUsed", keys.getAccessKeyLastUsed],
    ...permissionOperations("User"),
    ...permissionOperations("Group"),
    ...permissionOperations("Role"),
    ...boundaryOperations("User"),
    ...boundaryOperations("Role"),
    ["CreateGroup", groups.createGroup],
    ["GetGroup", groups.getGroup],
    ["ListGroups", groups.listGroups],
    ["ListGroupsForUser", groups.listGroupsForUser],
    ["DeleteGroup", groups.deleteGroup],
    ["AddUserToGroup", groups.addUserToGroup],
    ["RemoveUserFromGroup", groups.removeUserFromGroup],
    ["CreateRole", roles.createRole],
    ["GetRole", roles.getRole],
    ["ListRoles", roles.listRoles],
    ["DeleteRole", roles.deleteRole],
    ["UpdateAssumeRolePolicy", roles.updateAssumeRolePolicy],
    ["CreatePolicy", policies.createPolicy],
    ["GetPolicy", policies.getPolicy],
    ["ListPolicies", policies.listPolicies],
    ["DeletePolicy", policies.deletePolicy],
    ["CreatePolicyVersion", policies.createPolicyVersion],
    ["GetPolicyVersion", policies.getPolicyVersion],
    ["ListPolicyVersions", policies.listPolicyVersions],
    ["SetDefaultPolicyVersion", policies.setDefaultPolicyVersion],
    ["DeletePolicyVersion", policies.deletePolicyVersion],
    ["GetAccountPasswordPolicy", passwords.getAccountPasswordPolicy],
    ["UpdateAccountPasswordPolicy", passwords.updateAccountPasswordPolicy],
    ["DeleteAccountPasswordPolicy", passwords.deleteAccountPasswordPolicy],
  ]),
  resource: (input) => NAMED_BY.map((name) => input.get(name)).find((value) => value !== null) ?? "",
});
