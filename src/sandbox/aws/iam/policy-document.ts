import { AwsError } from "../aws-error.ts";

/** One statement of an IAM policy, with the one-or-many fields made lists. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly allActionsBut: boolean;
  readonly resources: readonly string[];
  readonly allResourcesBut: boolean;
  /** Named AWS principals; empty in an identity policy. */
  readonly principals: readonly string[];
  /** Operator → key → values. */
  readonly condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

type Kind = "identity" | "trust";

/** Reads a policy with the checks IAM makes; throws MalformedPolicyDocument. */
export function parsePolicy(text: string, kind: Kind): readonly Statement[] {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformed(kind === "trust" ? "This policy contains invalid Json" : "Syntax errors in policy.");
  }
  if (!isObject(policy)) throw malformed("Syntax errors in policy.");
  if (![undefined, "2012-10-17", "2008-10-17"].includes(policy["Version"] as string | undefined)) {
    throw malformed("The policy must contain a valid version string");
  }
  const raw = policy["Statement"];
  const statements: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  if (raw === undefined || statements.length === 0) throw malformed("Syntax errors in policy.");
  return statements.map((statement) => readStatement(statement, kind));
}

function readStatement(value: unknown, kind: Kind): Statement {
  if (!isObject(value)) throw malformed("Syntax errors in policy.");
  const effect = value["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw malformed("Syntax errors in policy.");
  if (kind === "trust" && value["Resource"] !== undefined) {
    throw malformed("Has prohibited field Resource");
  }
  if (kind === "identity" && (value["Principal"] !== undefined || value["NotPrincipal"] !== undefined)) {
    throw malformed("Policy document should not specify a principal.");
  }
  const [actions, allActionsBut] = either(value, "Action", "Policy statement must contain actions.");
  if (!actions.every((name) => name === "*" || /^[\w-]+:[\w*?]+$/.test(name))) {
    throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  const [resources, allResourcesBut] =
    kind === "trust" ? [["*"], false] : either(value, "Resource", "Policy statement must contain resources.");
  if (!resources.every((arn) => arn === "*" || arn.startsWith("arn:"))) {
    throw malformed(`Resource ${resources.join(", ")} must be in ARN format or "*".`);
  }
  return {
    effect,
    actions,
    allActionsBut,
    resources,
    allResourcesBut,
    principals: kind === "trust" ? readPrincipals(value["Principal"]) : [],
    condition: readCondition(value["Condition"]),
  };
}

/** The field or its `Not…` form; exactly one must be there. */
function either(value: Record<string, unknown>, name: string, missing: string): readonly [readonly string[], boolean] {
  const plain = value[name];
  const negated = value[`Not${name}`];
  if ((plain === undefined) === (negated === undefined)) throw malformed(missing);
  return [strings(plain ?? negated), plain === undefined];
}

/** Services and identity providers are kept as they are named: no caller of this stand-in is one. */
function readPrincipals(value: unknown): readonly string[] {
  if (value === "*") return ["*"];
  if (!isObject(value) || Object.keys(value).length === 0) throw malformed("Missing required field Principal");
  const names = Object.values(value).flatMap(strings);
  const aws = strings(value["AWS"] ?? []);
  const form = /^(?:\*|\d{12}|arn:aws:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role)\/[\w+=,.@/-]+))$/;
  const wrong = aws.find((name) => !form.test(name));
  if (wrong !== undefined) throw malformed(`Invalid principal in policy: "AWS":"${wrong}"`);
  return names;
}

function readCondition(value: unknown): Statement["condition"] {
  if (value === undefined) return {};
  if (!isObject(value)) throw malformed("Syntax errors in policy.");
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      if (!isObject(keys)) throw malformed("Syntax errors in policy.");
      return [operator, Object.fromEntries(Object.entries(keys).map(([key, item]) => [key, values(item)]))];
    }),
  );
}

function strings(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!items.every((item) => typeof item === "string" && item !== "")) throw malformed("Syntax errors in policy.");
  return items as readonly string[];
}

/** Condition values may be strings, numbers or booleans, one or many. */
function values(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!items.every((item) => ["string", "number", "boolean"].includes(typeof item))) {
    throw malformed("Syntax errors in policy.");
  }
  return items.map(String);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", 400, message);
}

/** Whether a pattern of a policy (`*`, `?`) fits; actions are compared without regard to case. */
export function fits(pattern: string, text: string, flags = ""): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}
