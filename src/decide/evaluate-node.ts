import type { EvaluateNode } from "../core/graph.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { runScript } from "../expression/evaluate.ts";
import type { Scope } from "../expression/path.ts";
import { parseScript } from "../expression/script.ts";
import { matchFact } from "./match.ts";

interface Evaluation {
  readonly passed: boolean;
  /** What later steps read: `passed`, `facts`, and for scripts `output`. */
  readonly output: JsonObject;
  readonly facts: JsonObject;
  /** Facts that were missing and errors, for the run's debug log. */
  readonly warnings: readonly string[];
}

/**
 * Runs an evaluation step (DESIGN 7.4): every condition must hold, a script gives an output. It gates nothing by itself.
 * A missing fact is false, with a warning; so is a script that fails.
 */
export function evaluateNode(node: EvaluateNode, scope: Scope): Evaluation {
  const warnings: string[] = [];
  const facts: Record<string, Json> = {};
  let passed = true;
  for (const { fact, expected } of node.conditions) {
    const { actual, holds } = matchFact(fact, expected, scope);
    if (actual === undefined) warnings.push(`${fact} is unknown and counts as false`);
    else facts[fact] = actual;
    passed &&= holds;
  }
  const script = node.script === undefined ? undefined : scriptOutput(node.script, scope, warnings);
  if (script !== undefined) passed &&= script.ok && script.value !== false;
  return {
    passed,
    facts,
    warnings,
    output: { passed, facts, ...(script?.ok === true ? { output: script.value } : {}) },
  };
}

function scriptOutput(
  source: string,
  scope: Scope,
  warnings: string[],
): { readonly ok: true; readonly value: Json } | { readonly ok: false } {
  const result = runScript(parseScript(source), scope);
  if (result.status === "error") {
    warnings.push(`the script failed: ${result.message}`);
    return { ok: false };
  }
  const missing = result.status === "unknown" ? result.names : result.unknown;
  warnings.push(...missing.map((name) => `${name} is unknown and counts as false`));
  return result.status === "value" ? { ok: true, value: result.value } : { ok: false };
}
