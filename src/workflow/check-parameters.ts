import type { z } from "zod";
import { isJsonObject, type Json } from "../core/json.ts";
import { checkTemplate } from "./check-names.ts";
import type { Problem } from "./problem.ts";
import { schemaProblems } from "./schema-problems.ts";
import type { Path, Positions } from "./source.ts";

/** Stands where a template stands while the rest of the parameters is checked. */
const marker = "template";

/**
 * Checks a step's parameters against its action's schema, as far as can be known before an event fills the templates:
 * unknown and missing keys and wrong literals are problems, a value that holds a template is judged when it is rendered.
 * @param base path of `parameters` in the file.
 * @param container path that a problem points at when there are no parameters at all.
 */
export function checkParameters(
  params: z.ZodType,
  parameters: Json | undefined,
  base: Path,
  positions: Positions,
  steps: readonly string[],
): Problem[] {
  const templated: Path[] = [];
  const problems: Problem[] = [];
  const plain = substitute(parameters ?? {}, [], (text, path) => {
    templated.push(path);
    problems.push(...checkTemplate(text, [...base, ...path], positions, steps));
  });
  const result = params.safeParse(plain);
  if (result.success) return problems;
  const judged = result.error.issues.filter(
    (issue) => issue.code === "unrecognized_keys" || !templated.some((path) => touches(path, issue.path)),
  );
  return [...problems, ...schemaProblems(judged, params, parameters ?? {}, base, positions)];
}

/** Whether an issue at `issue` may come from the template at `template`: one path begins with the other. */
function touches(template: Path, issue: Path): boolean {
  if (issue.length === 0) return false;
  return issue.every((segment, index) => template[index] === undefined || template[index] === segment);
}

function substitute(value: Json, path: Path, onTemplate: (text: string, path: Path) => void): Json {
  if (typeof value === "string") {
    if (!value.includes("{{") && !value.includes("{%")) return value;
    onTemplate(value, path);
    return marker;
  }
  if (Array.isArray(value)) return value.map((item: Json, index) => substitute(item, [...path, index], onTemplate));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(item, [...path, key], onTemplate)]),
  );
}
