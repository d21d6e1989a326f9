import type { EvaluateNode } from "../core/graph.ts";
import { evaluateNode } from "../decide/evaluate-node.ts";
import { scopeOf } from "../decide/scope.ts";
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
