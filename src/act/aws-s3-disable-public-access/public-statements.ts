import { PolicyError } from "../../core/errors.ts";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../core/json.ts";

/** Positive operators; a negated one ("not from here") still lets everybody else in. */
const positive = ["stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"];
/** Keys that pin who calls, from "The meaning of public" in the S3 user guide. */
const pinning = [
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

/** A policy without its public statements: null when none is left; `removed` counts them. */
export interface StrippedPolicy {
  readonly text: string | null;
  readonly removed: number;
}

/**
 * Removes every Allow statement that lets everybody in, and nothing else; with nothing to remove the text stays as it is.
 * @throws PolicyError `plan_unreadable` for a policy that is not a JSON document with statements.
 */
export function withoutPublicStatements(text: string): StrippedPolicy {
  const document = parse(text);
  const statement = isJsonObject(document) ? document["Statement"] : undefined;
  if (!isJsonObject(document) || statement === undefined)
    throw new PolicyError("plan_unreadable", "the bucket policy is not a JSON document with statements", {
      hint: "use preserve_existing_policy: true",
    });
  const statements = list(statement);
  const kept = statements.filter((item) => !isPublicStatement(item));
  const removed = statements.length - kept.length;
  if (removed === 0) return { text, removed };
  return { text: kept.length === 0 ? null : JSON.stringify({ ...document, Statement: kept }), removed };
}

/** The same policy in other white space and key order: AWS does not promise to keep those. */
export function samePolicy(one: string | null, other: string | null): boolean {
  if (one === other) return true;
  if (one === null || other === null) return false;
  const [left, right] = [parse(one), parse(other)];
  return left !== undefined && right !== undefined && canonicalJson(left) === canonicalJson(right);
}

function isPublicStatement(statement: Json): boolean {
  if (!isJsonObject(statement) || statement["Effect"] !== "Allow") return false;
  // Allow with NotPrincipal means everybody but those.
  const open = statement["NotPrincipal"] !== undefined || namesEverybody(statement["Principal"]);
  return open && !isNarrowed(statement["Condition"]);
}

function namesEverybody(principal: Json | undefined): boolean {
  if (principal === "*") return true;
  return isJsonObject(principal) && Object.values(principal).some((names) => list(names).includes("*"));
}

function isNarrowed(condition: Json | undefined): boolean {
  if (!isJsonObject(condition)) return false;
  return Object.entries(condition).some(
    ([operator, keys]) => positive.includes(operator.toLowerCase()) && isJsonObject(keys) && pinsCaller(keys),
  );
}

function pinsCaller(keys: JsonObject): boolean {
  return Object.entries(keys).some(([key, values]) => {
    const all = list(values);
    return all.length > 0 && all.every((value) => isFixed(key.toLowerCase(), value));
  });
}

function isFixed(key: string, value: Json): boolean {
  if (typeof value !== "string") return false;
  if (key === "aws:sourceip") return isNarrowRange(value);
  return pinning.includes(key) && !/[*?]|\$\{/.test(value);
}

/** S3 counts ranges wider than /8 (IPv4) or /32 (IPv6) as public. */
function isNarrowRange(range: string): boolean {
  const [address = "", length] = range.split("/");
  return length === undefined || Number(length) >= (address.includes(":") ? 32 : 8);
}

function list(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
