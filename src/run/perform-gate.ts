import type { ActionPlan } from "../core/action.ts";
import { PolicyError } from "../core/errors.ts";
import type { ActionNode, GateNode, RestoreNode } from "../core/graph.ts";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import type { PlannedStep } from "../core/run.ts";
import { readIntent } from "../store/intents.ts";
import { actionRunId, contextFor, definitionOf, planDigest, plannedStep, renderParameters } from "./action-run.ts";
import type { Driving, EngineParts } from "./engine.ts";
import { judge } from "./judge.ts";
import { permitOf } from "./perform-evaluate.ts";
import type { RunCore, RunEvent } from "./state.ts";

/** Reading a plan takes seconds, never minutes. */
const planTimeoutMs = 20_000;

/** Plan every step the gate covers, from the provider; decide finally; say who must agree. */
export async function performPlan(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  gate: GateNode,
): Promise<RunEvent> {
  const plan: PlannedStep[] = [];
  for (const id of gate.covers) {
    const node = run.graph.nodes[id];
    // What cannot be known yet (it hangs on a step before) is planned, and judged again when its turn comes.
    const permit = node?.kind === "action" ? permitOf(parts, run, driving, node) : undefined;
    if (permit?.runs === false && permit.known) continue;
    if (node?.kind === "action") plan.push(await planAction(parts, run, driving, node));
    if (node?.kind === "restore") plan.push(await planRestore(parts, run, driving, node));
  }
  const facts: JsonObject = Object.assign({}, ...plan.map((planned) => planned.plan.facts)) as JsonObject;
  const at = parts.clock.now().toISOString();
  const impactOf = (action: string) => definitionOf(parts, action).impact;
  const { needed, level, because, request } = judge(driving, gate, plan, impactOf, at);
  const digest = planDigest(plan, driving);
  return {
    type: "planned",
    at,
    node: gate.id,
    plan,
    planDigest: digest,
    facts,
    needed,
    impact: level,
    because,
    request,
  };
}

/** Read what one action would change now. */
export async function planAction(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode,
): Promise<PlannedStep> {
  const definition = definitionOf(parts, node.action);
  const parameters = renderParameters(run, driving, node);
  const context = contextFor(parts, run, driving, node.id, parameters, definition, planTimeoutMs);
  return plannedStep(node, node.action, parameters, await definition.plan(context));
}

/** Undo's plan: the parent's effect turned round, and only while nobody changed the target since. */
export async function planRestore(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: RestoreNode,
): Promise<PlannedStep> {
  const intent = await readIntent(parts.store.engine, actionRunId(node.parentRunId, node.of));
  if (!intent) throw new PolicyError("not_found", `${node.of} of run ${node.parentRunId} has no recorded effect`);
  const { action, parameters, plan: done } = intent.step;
  const definition = definitionOf(parts, action);
  const current = await definition.plan(
    contextFor(parts, run, driving, node.id, parameters, definition, planTimeoutMs),
  );
  const stands = canonicalJson(current.before);
  const restored = stands === canonicalJson(done.before);
  if (!restored && stands !== canonicalJson(done.after))
    throw new PolicyError(
      "rollback_refused",
      `${done.targets[0]?.name ?? node.of} was changed since by somebody else`,
      { hint: "put it back by hand, or run the workflow again" },
    );
  return plannedStep(node, action, parameters, turnedRound(done, !restored, current.facts));
}

function turnedRound(done: ActionPlan, changesSomething: boolean, facts: JsonObject): ActionPlan {
  return {
    ...done,
    before: done.after,
    after: done.before,
    changes: done.changes.map(({ field, before, after }) => ({ field, before: after, after: before })),
    changesSomething,
    blastRadius: [`what run changed on ${done.targets.map((target) => target.name).join(", ")} is put back as it was`],
    rollbackPlan: {
      available: false,
      estimated_duration_ms: 0,
      rollback_actions: [],
      reason: "run the workflow again to fix it once more",
    },
    facts,
  };
}

/** Ask once per (run, node, revision): the store's unique key makes a second call find the first request. */
export async function performAsk(
  parts: EngineParts,
  run: RunCore,
  requesterPersonId: string | null,
  gate: GateNode,
): Promise<RunEvent> {
  const { data } = run;
  if (!data.request || data.planDigest === undefined)
    throw new PolicyError("internal", `run ${run.id} asks without a plan`);
  const approvalId = await parts.approvals.request({
    tenantId: run.tenantId,
    runId: run.id,
    nodeId: gate.id,
    revision: data.revision + 1,
    planDigest: data.planDigest,
    plan: data.plan,
    impact: data.impact ?? "HIGH",
    ...data.request,
    ...(requesterPersonId === null ? {} : { requesterPersonId }),
    card: { title: data.subject.title, because: [...data.because] },
  });
  return { type: "asked", at: parts.clock.now().toISOString(), node: gate.id, approvalId };
}
