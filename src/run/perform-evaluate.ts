import type { ActionNode, EvaluateNode } from "../core/graph.ts";
import { evaluateNode } from "../decide/evaluate-node.ts";
import { scopeOf } from "../decide/scope.ts";
import { evaluateCondition } from "../expression/evaluate.ts";
import { parseExpression } from "../expression/parse.ts";
import type { Scope } from "../expression/path.ts";
import { stepsOf } from "./action-run.ts";
import type { Driving, EngineParts } from "./engine.ts";
import type { RunCore, RunEvent } from "./state.ts";

/** Record facts and a verdict. Pure but for the clock. */
export function performEvaluate(
  parts: Pick<EngineParts, "clock">,
  run: RunCore,
  driving: Driving,
  node: EvaluateNode,
): RunEvent {
  const at = parts.clock.now().toISOString();
  const { passed, output, facts, warnings } = evaluateNode(node, evaluationScope(run, driving, at));
  return { type: "evaluated", at, node: node.id, passed, output, facts, warnings };
}

/** The names that an evaluation sees at an instant. */
export function evaluationScope(run: RunCore, driving: Driving, now: string): Scope {
  const { settings } = driving.snapshot.documents;
  const known = { runId: run.id, steps: stepsOf(run), trustedFacts: run.data.facts };
  return scopeOf(driving.event, { ...known, settings, now });
}

/** Whether a step's own `condition` lets it run: only a condition that was really computed and holds does. */
export type Permit =
  { readonly runs: true } | { readonly runs: false; readonly known: boolean; readonly reason: string };

/** DESIGN 7.4: conditional steps run their action only if the condition holds. */
export function permitOf(parts: Pick<EngineParts, "clock">, run: RunCore, driving: Driving, node: ActionNode): Permit {
  if (node.condition === undefined) return { runs: true };
  const scope = evaluationScope(run, driving, parts.clock.now().toISOString());
  const result = evaluateCondition(parseExpression(node.condition), scope);
  if (result.status === "unknown")
    return { runs: false, known: false, reason: `its condition cannot be known: ${result.names.join(", ")}` };
  if (result.status === "error")
    return { runs: false, known: false, reason: `its condition cannot be evaluated: ${result.message}` };
  return result.value === true ? { runs: true } : { runs: false, known: true, reason: "its condition does not hold" };
}
