import type { Account } from "../model.ts";
import type { Bucket, BucketAcl, PublicAccessBlock } from "./model.ts";
import { ALL_USERS, AUTHENTICATED_USERS } from "./model.ts";
import type { Statement } from "./policy-document.ts";
import { parsePolicy } from "./policy-document.ts";

/** Why a bucket is public at this moment; empty when it is not. */
export function exposure(account: Account, bucket: Bucket): readonly ("policy" | "acl")[] {
  const block = effectiveBlock(account, bucket);
  const reasons: ("policy" | "acl")[] = [];
  if (hasPublicPolicy(bucket) && !block.RestrictPublicBuckets) reasons.push("policy");
  if (isPublicAcl(bucket.acl) && !block.IgnorePublicAcls && bucket.ownership !== "BucketOwnerEnforced") {
    reasons.push("acl");
  }
  return reasons;
}

/** What is blocked on a bucket: by itself or by its account, whichever is stricter. */
export function effectiveBlock(account: Account, bucket: Bucket): PublicAccessBlock {
  const on = (flag: keyof PublicAccessBlock) =>
    account.publicAccessBlock?.[flag] === true || bucket.publicAccessBlock?.[flag] === true;
  return {
    BlockPublicAcls: on("BlockPublicAcls"),
    IgnorePublicAcls: on("IgnorePublicAcls"),
    BlockPublicPolicy: on("BlockPublicPolicy"),
    RestrictPublicBuckets: on("RestrictPublicBuckets"),
  };
}

/** Whether a bucket has a policy that grants access to the public, blocked or not. */
export function hasPublicPolicy(bucket: Bucket): boolean {
  return bucket.policy !== null && isPublicPolicy(parsePolicy(bucket.policy, bucket.name));
}

/** Whether any statement grants access to everybody, in the words of "The meaning of public" of the S3 user guide. */
export function isPublicPolicy(statements: readonly Statement[]): boolean {
  return statements.some(
    (statement) => statement.effect === "Allow" && namesEverybody(statement) && !isNarrowed(statement.condition),
  );
}

/** Whether an ACL grants anything to everybody or to any AWS account. */
export function isPublicAcl(acl: BucketAcl): boolean {
  return acl.some(({ grantee }) => "uri" in grantee && [ALL_USERS, AUTHENTICATED_USERS].includes(grantee.uri));
}

function namesEverybody(statement: Statement): boolean {
  return statement.allPrincipalsBut || statement.principals.includes("*");
}

const POSITIVE = ["stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"];
const FIXING_KEYS = [
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceowner",
  "aws:sourceaccount",
  "aws:principalorgid",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:userid",
  "s3:dataaccesspointarn",
  "s3:dataaccesspointaccount",
];

/** A condition narrows a statement when it pins one of those keys to values without wildcards, or to few addresses. */
function isNarrowed(condition: Statement["condition"]): boolean {
  return Object.entries(condition).some(
    ([operator, keys]) =>
      POSITIVE.includes(operator.toLowerCase()) &&
      Object.entries(keys).some(([key, values]) => values.length > 0 && values.every((value) => isFixed(key, value))),
  );
}

function isFixed(key: string, value: string): boolean {
  if (key.toLowerCase() === "aws:sourceip") return isNarrowRange(value);
  return FIXING_KEYS.includes(key.toLowerCase()) && !/[*?]|\$\{/.test(value);
}

/** S3 counts ranges wider than /8 (IPv4) or /32 (IPv6) as public. */
function isNarrowRange(range: string): boolean {
  const [address = "", length] = range.split("/");
  return length === undefined || Number(length) >= (address.includes(":") ? 32 : 8);
}

/**
 * Whether a policy lets an anonymous caller do this. A statement with a condition is not counted, for or against:
 * the stand-in knows no networks, and it answers over plain HTTP where a policy would ask for TLS.
 */
export function allowsAnonymous(statements: readonly Statement[], action: string, resource: string): boolean {
  const applying = statements.filter(
    (statement) =>
      namesEverybody(statement) &&
      Object.keys(statement.condition).length === 0 &&
      statement.actions.some((pattern) => matches(pattern, action, "i")) !== statement.allActionsBut &&
      statement.resources.some((pattern) => matches(pattern, resource, "")) !== statement.allResourcesBut,
  );
  return applying.length > 0 && applying.every((statement) => statement.effect === "Allow");
}

function matches(pattern: string, text: string, flags: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}
