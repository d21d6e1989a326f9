import { AwsError } from "../aws-error.ts";
import { uniqueId } from "../identifiers.ts";
import type { Account } from "../model.ts";
import type { QueryOperation } from "../protocol/query-xml.ts";
import type { CallContext } from "../service.ts";
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from "./errors.ts";
import { callersAccount, flag, nameOf, pathOf, required } from "./input.ts";
import { policiesFor, policyAt } from "./managed.ts";
import type { ManagedPolicy, PolicyVersion } from "./model.ts";
import { encodeDocument } from "./permission-operations.ts";
import { parsePolicy } from "./policy-document.ts";

const MOST_VERSIONS = 5;
const LARGEST_POLICY = 6144;

export const createPolicy: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const name = nameOf(input, "PolicyName", 128);
  const document = policyDocument(input);
  if (account.policies.some((policy) => policy.name.toLowerCase() === name.toLowerCase())) {
    throw alreadyExists(`A policy called ${name}`);
  }
  const createdAt = context.now.toISOString();
  const policy: ManagedPolicy = {
    name,
    id: uniqueId("ANPA", 21),
    path: pathOf(input),
    description: input.get("Description") ?? "",
    createdAt,
    versions: [{ id: "v1", document, createdAt }],
    defaultVersion: "v1",
    made: 1,
  };
  account.policies.push(policy);
  return { Policy: policyXml(account, policy) };
};

export const getPolicy: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  return { Policy: policyXml(account, policyAt(account, required(input, "PolicyArn"))) };
};

/** ListPolicies: `Scope` tells the account's own from those AWS keeps. */
export const listPolicies: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const scope = input.get("Scope") ?? "All";
  const all = policiesFor(account).filter(
    ({ policy }) => scope === "All" || account.policies.includes(policy) === (scope === "Local"),
  );
  return { Policies: { member: all.map(({ policy }) => policyXml(account, policy)) }, IsTruncated: false };
};

export const deletePolicy: QueryOperation = (input, context) => {
  const account = callersAccount(context);
  const policy = ownPolicy(input, context);
  if (attachments(account, required(input, "PolicyArn")) > 0) {
    throw deleteConflict("Cannot delete a policy attached to entities.");
  }
  if (policy.versions.length > 1) {
    throw deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
    );
  }
  account.policies = account.policies.filter((other) => other !== policy);
  return {};
};

export const createPolicyVersion: QueryOperation = (input, context) => {
  const policy = ownPolicy(input, context);
  const document = policyDocument(input);
  if (policy.versions.length >= MOST_VERSIONS) {
    throw limitExceeded(
      `A managed policy can have up to ${MOST_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
    );
  }
  policy.made += 1;
  const version = { id: `v${policy.made}`, document, createdAt: context.now.toISOString() };
  policy.versions.push(version);
  if (flag(input, "SetAsDefault") === true) policy.defaultVersion = version.id;
  return { PolicyVersion: versionXml(policy, version) };
};

/** GetPolicyVersion: the only call that shows the document. */
export const getPolicyVersion: QueryOperation = (input, context) => {
  const policy = policyAt(callersAccount(context), required(input, "PolicyArn"));
  const version = existingVersion(policy, input);
  return { PolicyVersion: { ...versionXml(policy, version), Document: encodeDocument(version.document) } };
};

export const listPolicyVersions: QueryOperation = (input, context) => {
  const policy = policyAt(callersAccount(context), required(input, "PolicyArn"));
  const versions = [...policy.versions].reverse().map((version) => versionXml(policy, version));
  return { Versions: { member: versions }, IsTruncated: false };
};

export const setDefaultPolicyVersion: QueryOperation = (input, context) => {
  const policy = ownPolicy(input, context);
  policy.defaultVersion = existingVersion(policy, input).id;
  return {};
};

export const deletePolicyVersion: QueryOperation = (input, context) => {
  const policy = ownPolicy(input, context);
  const version = existingVersion(policy, input);
  if (version.id === policy.defaultVersion) {
    throw deleteConflict("Cannot delete the default version of a policy.");
  }
  policy.versions = policy.versions.filter((other) => other !== version);
  return {};
};

/** A policy that may be changed: those of AWS may not. */
function ownPolicy(input: URLSearchParams, context: CallContext): ManagedPolicy {
  const account = callersAccount(context);
  const arn = required(input, "PolicyArn");
  const policy = policyAt(account, arn);
  if (account.policies.includes(policy)) return policy;
  throw new AwsError("AccessDenied", 403, `Policy ${arn} is managed by AWS and cannot be changed.`);
}

function policyDocument(input: URLSearchParams): string {
  const document = required(input, "PolicyDocument");
  parsePolicy(document, "identity");
  if (document.replace(/\s/g, "").length > LARGEST_POLICY) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${LARGEST_POLICY}`);
  }
  return document;
}

function existingVersion(policy: ManagedPolicy, input: URLSearchParams): PolicyVersion {
  const id = required(input, "VersionId");
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (version !== undefined) return version;
  throw noSuchEntity(`Policy ${policy.name} version ${id} does not exist or is not attachable.`);
}

function attachments(account: Account, arn: string): number {
  return [...account.users, ...account.groups, ...account.roles].filter(({ attached }) => attached.includes(arn))
    .length;
}

function policyXml(account: Account, policy: ManagedPolicy) {
  const arn = policiesFor(account).find((candidate) => candidate.policy === policy)?.arn ?? "";
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attachments(account, arn),
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.versions.at(-1)?.createdAt,
  };
}

function versionXml(policy: ManagedPolicy, version: PolicyVersion) {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: version.createdAt,
  };
}
