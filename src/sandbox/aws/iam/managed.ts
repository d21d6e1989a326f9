import type { Account } from "../model.ts";
import { noSuchEntity } from "./errors.ts";
import { arnOf } from "./identities.ts";
import type { ManagedPolicy } from "./model.ts";

const SINCE = "2015-02-06T18:39:46.000Z";

/** The actions that the quarantine policies deny, as far as this stand-in's services and their neighbours go. */
const QUARANTINED = [
  "ec2:RunInstances",
  "ec2:StartInstances",
  "iam:AddUserToGroup",
  "iam:AttachGroupPolicy",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:ChangePassword",
  "iam:CreateAccessKey",
  "iam:CreateInstanceProfile",
  "iam:CreateLoginProfile",
  "iam:CreatePolicyVersion",
  "iam:CreateRole",
  "iam:CreateUser",
  "iam:DetachUserPolicy",
  "iam:PassRole",
  "iam:PutGroupPolicy",
  "iam:PutRolePolicy",
  "iam:PutUserPermissionsBoundary",
  "iam:PutUserPolicy",
  "iam:SetDefaultPolicyVersion",
  "iam:UpdateAccessKey",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateLoginProfile",
  "lambda:CreateFunction",
  "organizations:CreateAccount",
  "s3:DeleteBucket",
  "s3:DeleteObject",
  "s3:PutBucketPolicy",
];

function awsManaged(name: string, effect: "Allow" | "Deny", actions: string | readonly string[]): ManagedPolicy {
  const statement = { Effect: effect, Action: actions, Resource: "*" };
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return {
    name,
    id: `ANPASANDBOX${name
      .toUpperCase()
      .replace(/[^A-Z2-7]/g, "")
      .slice(0, 10)}`,
    path: "/",
    description: "",
    createdAt: SINCE,
    versions: [{ id: "v1", document, createdAt: SINCE }],
    defaultVersion: "v1",
    made: 1,
  };
}

/** Policies that AWS itself keeps for every account. */
const AWS_MANAGED: readonly ManagedPolicy[] = [
  awsManaged("AdministratorAccess", "Allow", "*"),
  awsManaged("ReadOnlyAccess", "Allow", ["iam:Get*", "iam:List*", "s3:Get*", "s3:List*", "secretsmanager:Describe*"]),
  awsManaged("SecurityAudit", "Allow", ["iam:Get*", "iam:List*", "s3:GetBucket*", "s3:ListAllMyBuckets"]),
  awsManaged("IAMUserChangePassword", "Allow", ["iam:ChangePassword", "iam:GetAccountPasswordPolicy"]),
  awsManaged("AWSCompromisedKeyQuarantineV2", "Deny", QUARANTINED),
  awsManaged("AWSCompromisedKeyQuarantineV3", "Deny", [...QUARANTINED, "secretsmanager:GetSecretValue"]),
];

const AWS_PREFIX = "arn:aws:iam::aws:policy/";

/** Every policy that may be attached in an account, with its ARN. */
export function policiesFor(account: Account): readonly { readonly arn: string; readonly policy: ManagedPolicy }[] {
  return [
    ...account.policies.map((policy) => ({ arn: arnOf(account, "policy", policy), policy })),
    ...AWS_MANAGED.map((policy) => ({ arn: `${AWS_PREFIX}${policy.name}`, policy })),
  ];
}

/** The policy of that ARN; NoSuchEntity when there is none. */
export function policyAt(account: Account, arn: string): ManagedPolicy {
  const found = policiesFor(account).find((candidate) => candidate.arn === arn);
  if (found !== undefined) return found.policy;
  throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
}
