import { AwsError } from "../aws-error.ts";

/** One statement of a bucket policy, with the one-or-many fields made lists. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** Every principal named, of any kind; `*` is everybody. */
  readonly principals: readonly string[];
  /** True for `NotPrincipal`: everybody but these. */
  readonly allPrincipalsBut: boolean;
  readonly actions: readonly string[];
  readonly allActionsBut: boolean;
  readonly resources: readonly string[];
  readonly allResourcesBut: boolean;
  /** Operator → key → values; empty without conditions. */
  readonly condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

const LARGEST_POLICY = 20_480;

/** Reads a bucket policy with the checks S3 makes; throws MalformedPolicy. */
export function parsePolicy(text: string, bucketName: string): readonly Statement[] {
  if (Buffer.byteLength(text) > LARGEST_POLICY) throw malformed("Policy exceeds the maximum allowed document size.");
  if (!text.startsWith("{")) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
  const policy = json as Record<string, unknown>;
  if (![undefined, "2012-10-17", "2008-10-17"].includes(policy["Version"] as string | undefined)) {
    throw malformed("The policy must contain a valid version string");
  }
  const raw: unknown = policy["Statement"];
  const statements: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  if (raw === undefined || statements.length === 0) throw malformed("Missing required field Statement");
  return statements.map((statement) => readStatement(statement, bucketName));
}

function readStatement(value: unknown, bucketName: string): Statement {
  if (!isObject(value)) throw malformed("Statement must be an object");
  const effect = value["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw malformed("Invalid effect in policy");
  const [principal, allPrincipalsBut] = either(value, "Principal");
  const [action, allActionsBut] = either(value, "Action");
  const [resource, allResourcesBut] = either(value, "Resource");
  const actions = strings(action, "Policy has invalid action");
  const resources = strings(resource, "Policy has invalid resource");
  if (!actions.every((name) => name === "*" || /^s3:[\w*?]+$/i.test(name)))
    throw malformed("Policy has invalid action");
  const own = `arn:aws:s3:::${bucketName}`;
  if (!resources.every((arn) => arn.startsWith(own) && /^(?:$|\/|\*)/.test(arn.slice(own.length)))) {
    throw malformed("Policy has invalid resource");
  }
  return {
    effect,
    principals: readPrincipals(principal),
    allPrincipalsBut,
    actions,
    allActionsBut,
    resources,
    allResourcesBut,
    condition: readCondition(value["Condition"]),
  };
}

/** The field or its `Not…` form; exactly one must be there. */
function either(statement: Readonly<Record<string, unknown>>, name: string): readonly [unknown, boolean] {
  const plain = statement[name];
  const negated = statement[`Not${name}`];
  if ((plain === undefined) === (negated === undefined)) throw malformed(`Missing required field ${name}`);
  return [plain ?? negated, plain === undefined];
}

function readPrincipals(value: unknown): readonly string[] {
  const invalid = "Invalid principal in policy";
  if (value === "*") return ["*"];
  if (!isObject(value) || Object.keys(value).length === 0) throw malformed(invalid);
  const kinds = ["AWS", "Service", "Federated", "CanonicalUser"];
  if (!Object.keys(value).every((kind) => kinds.includes(kind))) throw malformed(invalid);
  return Object.values(value).flatMap((names) => strings(names, invalid));
}

function readCondition(value: unknown): Statement["condition"] {
  if (value === undefined) return {};
  if (!isObject(value)) throw malformed("Policy has an invalid condition");
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      if (!isObject(keys)) throw malformed("Policy has an invalid condition");
      return [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, conditionValues(values)])),
      ];
    }),
  );
}

/** Condition values may be strings, numbers or booleans, one or many. */
function conditionValues(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (!["string", "number", "boolean"].includes(typeof item)) throw malformed("Policy has an invalid condition");
    return String(item);
  });
}

function strings(value: unknown, problem: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item) => typeof item === "string" && item !== "")) throw malformed(problem);
  return list as readonly string[];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicy", 400, message);
}
