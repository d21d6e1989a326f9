import type { QueryOperation } from "../protocol/query-xml.ts";
import { limitExceeded, noSuchEntity } from "./errors.ts";
import type { Kind } from "./identities.ts";
import { named } from "./identities.ts";
import { callersAccount, nameOf, required } from "./input.ts";
import { policiesFor, policyAt } from "./managed.ts";
import type { Identity, Role, User } from "./model.ts";
import { parsePolicy } from "./policy-document.ts";

/** Users, groups and roles hold policies in the same way; each has the calls under its own names. */

const LARGEST_INLINE: Readonly<Record<Kind, number>> = { User: 2048, Group: 5120, Role: 10_240 };
const MOST_ATTACHED = 10;

/** `PutUserPolicy`, `AttachRolePolicy` and so on, of one kind. */
export function permissionOperations(kind: Kind): readonly (readonly [string, QueryOperation])[] {
  return [
    [`Put${kind}Policy`, putInline(kind)],
    [`Get${kind}Policy`, getInline(kind)],
    [`Delete${kind}Policy`, deleteInline(kind)],
    [`List${kind}Policies`, listInline(kind)],
    [`Attach${kind}Policy`, attach(kind)],
    [`Detach${kind}Policy`, detach(kind)],
    [`ListAttached${kind}Policies`, listAttached(kind)],
  ];
}

/** `PutUserPermissionsBoundary` and its opposite, for users and roles. */
export function boundaryOperations(kind: "User" | "Role"): readonly (readonly [string, QueryOperation])[] {
  const put: QueryOperation = (input, context) => {
    const identity = named(kind, input, context) as User | Role;
    const arn = required(input, "PermissionsBoundary");
    policyAt(callersAccount(context), arn);
    identity.boundary = arn;
    return {};
  };
  const remove: QueryOperation = (input, context) => {
    const identity = named(kind, input, context) as User | Role;
    if (identity.boundary === null) {
      throw noSuchEntity(`${kind} ${identity.name} does not have a permissions boundary attached.`);
    }
    identity.boundary = null;
    return {};
  };
  return [
    [`Put${kind}PermissionsBoundary`, put],
    [`Delete${kind}PermissionsBoundary`, remove],
  ];
}

function putInline(kind: Kind): QueryOperation {
  return (input, context) => {
    const identity = named(kind, input, context);
    const name = nameOf(input, "PolicyName", 128);
    const document = required(input, "PolicyDocument");
    parsePolicy(document, "identity");
    const others = identity.inline.filter((policy) => policy.name !== name);
    const size = [...others, { document }].reduce((sum, item) => sum + item.document.replace(/\s/g, "").length, 0);
    if (size > LARGEST_INLINE[kind]) {
      const entity = kind.toLowerCase();
      throw limitExceeded(
        `Maximum policy size of ${LARGEST_INLINE[kind]} bytes exceeded for ${entity} ${identity.name}`,
      );
    }
    identity.inline = [...others, { name, document }];
    return {};
  };
}

function getInline(kind: Kind): QueryOperation {
  return (input, context) => {
    const identity = named(kind, input, context);
    const { name, document } = existingInline(kind, identity, input);
    return { [`${kind}Name`]: identity.name, PolicyName: name, PolicyDocument: encodeDocument(document) };
  };
}

function deleteInline(kind: Kind): QueryOperation {
  return (input, context) => {
    const identity = named(kind, input, context);
    const policy = existingInline(kind, identity, input);
    identity.inline = identity.inline.filter((other) => other !== policy);
    return {};
  };
}

function existingInline(kind: Kind, identity: Identity, input: URLSearchParams) {
  const name = nameOf(input, "PolicyName", 128);
  const policy = identity.inline.find((candidate) => candidate.name === name);
  if (policy !== undefined) return policy;
  throw noSuchEntity(`The ${kind.toLowerCase()} policy with name ${name} cannot be found.`);
}

function listInline(kind: Kind): QueryOperation {
  return (input, context) => ({
    PolicyNames: { member: named(kind, input, context).inline.map(({ name }) => name) },
    IsTruncated: false,
  });
}

/** Attach…Policy: succeeds also when it is attached already. */
function attach(kind: Kind): QueryOperation {
  return (input, context) => {
    const identity = named(kind, input, context);
    const arn = required(input, "PolicyArn");
    policyAt(callersAccount(context), arn);
    if (identity.attached.includes(arn)) return {};
    if (identity.attached.length >= MOST_ATTACHED) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPer${kind}: ${MOST_ATTACHED}`);
    }
    identity.attached = [...identity.attached, arn];
    return {};
  };
}

function detach(kind: Kind): QueryOperation {
  return (input, context) => {
    const identity = named(kind, input, context);
    const arn = required(input, "PolicyArn");
    if (!identity.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    identity.attached = identity.attached.filter((other) => other !== arn);
    return {};
  };
}

function listAttached(kind: Kind): QueryOperation {
  return (input, context) => {
    const { attached } = named(kind, input, context);
    const known = policiesFor(callersAccount(context)).filter(({ arn }) => attached.includes(arn));
    const member = known.map(({ arn, policy }) => ({ PolicyName: policy.name, PolicyArn: arn }));
    return { AttachedPolicies: { member }, IsTruncated: false };
  };
}

/** IAM sends documents percent-encoded. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
