import { z } from "zod";
import { isJsonObject, type Json } from "../core/json.ts";
import { nameHint, suggest } from "../expression/suggest.ts";
import { documentProblem, type Problem } from "./problem.ts";
import type { Path, Positions } from "./source.ts";

const typeWords: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

/**
 * What zod found, as problems with places. Unknown keys point at the key and suggest the nearest one; missing keys point
 * at their container; everything else points at the value.
 * @param base path of `value` within the file.
 */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  value: Json | undefined,
  base: Path,
  positions: Positions,
): Problem[] {
  const misspelt = issues.filter((issue) => issue.code === "unrecognized_keys");
  return issues
    .filter((issue) => !misspelt.some((cause) => follows(issue, cause, schema)))
    .flatMap((issue) => issueProblems(issue, schema, value, base, positions));
}

/** Whether an issue only says what a misspelt key beside it already says: the right key is missing, nothing is left. */
function follows(issue: z.core.$ZodIssue, cause: z.core.$ZodIssueUnrecognizedKeys, schema: z.ZodType): boolean {
  const parent = issue.code === "custom" ? issue.path : issue.path.slice(0, -1);
  if (
    issue === cause ||
    parent.length !== cause.path.length ||
    !parent.every((segment, index) => segment === cause.path[index])
  )
    return false;
  if (issue.code === "custom") return true;
  const known = keysOf(schemaAt(schema, parent));
  return issue.code === "invalid_type" && cause.keys.some((key) => suggest(key, known) === issue.path.at(-1));
}

function issueProblems(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  value: Json | undefined,
  base: Path,
  positions: Positions,
): Problem[] {
  const path = [...base, ...issue.path];
  const found = valueAt(value, issue.path);
  const last = issue.path.at(-1);
  if (issue.code === "unrecognized_keys") {
    const known = keysOf(schemaAt(schema, issue.path));
    return issue.keys.map((key) =>
      documentProblem(`unknown key ${key}`, positions.key([...path, key]), nameHint(key, known)),
    );
  }
  if (found === undefined && typeof last === "string") {
    const known = keysOf(schemaAt(schema, issue.path.slice(0, -1)));
    return [
      documentProblem(
        `${last} is missing`,
        positions.value(path.slice(0, -1)),
        known.includes(last) ? undefined : `known: ${known.join(", ")}`,
      ),
    ];
  }
  if (issue.code === "invalid_key")
    return [documentProblem(`${String(last)}: ${issue.issues[0]?.message ?? "not a name"}`, positions.key(path))];
  if (issue.code === "invalid_union") return unionProblems(issue, found, path, positions);
  if (issue.code === "invalid_value" && typeof found === "string") {
    const values = issue.values.map(String);
    return [documentProblem(`unknown ${labelOf(path)} ${found}`, positions.value(path), nameHint(found, values))];
  }
  if (issue.code === "invalid_type" && !isCustom(issue.message)) {
    const wanted = typeWords[issue.expected] ?? issue.expected;
    return [
      documentProblem(
        `${labelOf(path)} is ${describe(found)}, not ${wanted}`,
        positions.value(path),
        quoteHint(issue.expected, path, positions),
      ),
    ];
  }
  const hint: unknown = issue.code === "custom" ? issue.params?.["hint"] : undefined;
  return [
    documentProblem(
      `${labelOf(path)}: ${boundMessage(issue) ?? lower(issue.message)}`,
      positions.value(path),
      typeof hint === "string" ? hint : undefined,
    ),
  ];
}

function unionProblems(
  issue: z.core.$ZodIssueInvalidUnion,
  found: Json | undefined,
  path: Path,
  positions: Positions,
): Problem[] {
  const message = isCustom(issue.message) ? issue.message : `${describe(found)} does not fit`;
  return [documentProblem(`${labelOf(path)}: ${message}`, positions.value(path))];
}

/** Our own messages never start with the word that all of zod's defaults start with. */
function isCustom(message: string): boolean {
  return !/^(?:Invalid|Too|Unrecognized)/.test(message);
}

/** Shows the value in quotes exactly as the author wrote it: `1.10` must not come back as `"1.1"`. */
function quoteHint(expected: string, path: Path, positions: Positions): string | undefined {
  const node = positions.node(path);
  return expected === "string" && node.kind === "scalar" && node.text !== "" ? `quote it: "${node.text}"` : undefined;
}

const bounds: Readonly<Record<string, string>> = { string: "characters", array: "items", set: "items" };

/** `too_small` and `too_big` in plain words; undefined for other issues and for messages of our own. */
function boundMessage(issue: z.core.$ZodIssue): string | undefined {
  if ((issue.code !== "too_small" && issue.code !== "too_big") || isCustom(issue.message)) return undefined;
  const unit = bounds[issue.origin];
  const limit = String(issue.code === "too_small" ? issue.minimum : issue.maximum);
  const least = issue.code === "too_small" ? "at least" : "at most";
  return unit === undefined ? `${least} ${limit}` : `has ${least} ${limit} ${unit}`;
}

function labelOf(path: Path): string {
  const name = path.findLast((segment) => typeof segment === "string");
  return typeof name === "string" ? name : "the document";
}

function lower(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function describe(value: Json | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string"
    ? "a text"
    : typeof value === "number"
      ? `the number ${value}`
      : `the truth value ${String(value)}`;
}

function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let at = value;
  for (const segment of path) {
    if (Array.isArray(at)) at = (at as readonly Json[])[Number(segment)];
    else if (isJsonObject(at) && Object.hasOwn(at, String(segment))) at = at[String(segment)];
    else return undefined;
  }
  return at;
}

/** The schema that judges the value at a path, as far as objects, arrays and records lead. */
function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  let at: z.core.$ZodType | undefined = schema;
  for (const segment of path) {
    at = at === undefined ? undefined : unwrap(at);
    if (at instanceof z.ZodObject) at = (at.shape as Record<string, z.core.$ZodType>)[String(segment)];
    else if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else return undefined;
  }
  return at === undefined ? undefined : unwrap(at);
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodDefault) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  return schema;
}

function keysOf(schema: z.core.$ZodType | undefined): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
