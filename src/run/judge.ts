import type { GateNode } from "../core/graph.ts";
import type { JsonObject } from "../core/json.ts";
import { highestLevel, type Level } from "../core/level.ts";
import type { PlannedStep } from "../core/run.ts";
import { decideGate, type GateDecision } from "../decide/gate.ts";
import { requirementFor } from "../decide/requirement.ts";
import type { Driving } from "./engine.ts";
import type { RunData } from "./state.ts";

export interface Judgement {
  readonly needed: boolean;
  readonly level: Level;
  readonly because: readonly string[];
  readonly request: RunData["request"];
}

/**
 * The final decision over a plan: every step is judged by the facts of its own target and the strictest wins, so that a
 * harmless second target never hides a production one (DESIGN 7.3, 7.6).
 */
export function judge(
  driving: Driving,
  gate: GateNode,
  plan: readonly PlannedStep[],
  impactOf: (action: string) => Level,
  now: string,
): Judgement {
  const { documents } = driving.snapshot;
  const { event } = driving;
  const decisions = plan.map((planned) =>
    decideGate({
      event,
      gate,
      documents,
      actions: [{ name: planned.action, impact: impactOf(planned.action) }],
      planFacts: planned.plan.facts,
      now,
    }),
  );
  const needed = decisions.some((decision) => decision.needed);
  const level = highestLevel(...decisions.map((decision) => decision.level));
  const asking = decisions.filter((decision) => decision.needed === needed);
  const because = [...new Set(asking.flatMap((decision) => decision.because))];
  if (!needed) return { needed, level, because, request: undefined };
  const owner = commonOwner(plan);
  const strictest = plan[decisions.findIndex((decision) => decision.needed)];
  const request = requirementFor({
    gate,
    level,
    documents,
    event,
    now,
    ...(strictest === undefined ? {} : { planFacts: strictest.plan.facts }),
    ...shortestTimeout(decisions),
    ...(owner === undefined ? {} : { owner }),
  });
  return { needed, level, because, request: { ...request, ...(owner === undefined ? {} : { owner }) } };
}

function shortestTimeout(decisions: readonly GateDecision[]): { readonly policyTimeoutMs?: number } {
  const timeouts = decisions.flatMap((decision) => decision.policyTimeoutMs ?? []);
  return timeouts.length === 0 ? {} : { policyTimeoutMs: Math.min(...timeouts) };
}

/** The owner of all targets, from tags we read ourselves; several owners are nobody's one owner, and the seat opens. */
function commonOwner(plan: readonly PlannedStep[]): string | undefined {
  const owners = new Set(plan.map((planned) => (planned.plan.facts satisfies JsonObject)["owner"]));
  const [owner] = owners;
  return owners.size === 1 && typeof owner === "string" ? owner : undefined;
}
