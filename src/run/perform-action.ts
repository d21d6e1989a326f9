import { priorityDeadlineMs, type ActionContext, type ActionResult } from "../core/action.ts";
import { coerceError, hasCode, PolicyError } from "../core/errors.ts";
import type { ActionNode, RestoreNode, VerifyNode } from "../core/graph.ts";
import { newId } from "../core/identifiers.ts";
import type { PlannedStep } from "../core/run.ts";
import { readIntent } from "../store/intents.ts";
import { lockResource } from "../store/runs.ts";
import { actionRunId, contextFor, definitionOf, renderParameters } from "./action-run.ts";
import type { Driving, EngineParts } from "./engine.ts";
import { failure } from "./failure.ts";
import { planAction, planRestore } from "./perform-gate.ts";
import type { RunCore, RunEvent, Token } from "./state.ts";

const pausedRetryMs = 30_000;
const lockedRetryMs = 2_000;

/** Everything that must hold just before an effect: not paused, the resource ours, authority intact, the plan unchanged. */
export async function performPrepare(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode | RestoreNode,
  token: Token,
): Promise<RunEvent> {
  const at = parts.clock.now().toISOString();
  if (await parts.paused(run.tenantId))
    return { type: "blocked", at, node: node.id, reason: "paused", retryAfterMs: pausedRetryMs };
  const approved = run.data.plan.find((planned) => planned.node === node.id);
  if (!approved) return { type: "plan_stale", at, node: node.id, reason: "the step is not part of the plan" };
  for (const target of approved.plan.targets) {
    const holder = await lockResource(parts.store.engine, run.tenantId, target.id, run.id);
    if (holder !== run.id)
      return {
        type: "blocked",
        at,
        node: node.id,
        reason: `${target.name} is being changed by run ${holder}`,
        retryAfterMs: lockedRetryMs,
      };
  }
  const { approvalId } = run.data;
  const authority = approvalId === undefined ? undefined : await parts.approvals.stillAuthorised(approvalId);
  if (authority && !authority.authorised) return { type: "plan_stale", at, node: node.id, reason: authority.reason };
  const stale = await driftReason(parts, run, driving, node, approved);
  if (stale === "done") return { type: "skipped", at, node: node.id, reason: "already as wanted" };
  if (stale !== undefined) return { type: "plan_stale", at, node: node.id, reason: stale };
  return intend(parts, run, driving, node, approved, token);
}

/** Plan again and compare: what was approved is what runs. `done` when the world is already as wanted. */
async function driftReason(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode | RestoreNode,
  approved: PlannedStep,
): Promise<string | undefined> {
  const now =
    node.kind === "action" ? await planAction(parts, run, driving, node) : await planRestore(parts, run, driving, node);
  if (!now.plan.changesSomething) return "done";
  if (now.digest !== approved.digest)
    return `${now.plan.targets[0]?.name ?? node.name} changed since the plan was read`;
  const definition = definitionOf(parts, now.action);
  const context = contextFor(
    parts,
    run,
    driving,
    node.id,
    now.parameters,
    definition,
    timeoutOf(node, parts, now.action),
  );
  if (node.kind === "restore") return undefined;
  const { valid, reasons } = await definition.validate(context, approved.plan);
  return valid ? undefined : reasons.join("; ");
}

function timeoutOf(node: ActionNode | RestoreNode, parts: EngineParts, action: string): number {
  return (
    (node.kind === "action" ? node.timeoutMs : undefined) ?? priorityDeadlineMs[definitionOf(parts, action).priority]
  );
}

function intend(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode | RestoreNode,
  approved: PlannedStep,
  token: Token,
): RunEvent {
  const key = actionRunId(run.id, node.id);
  const callTimeoutMs = timeoutOf(node, parts, approved.action);
  // Remembered before the commit: only the process that made the intent may act on it without reading the world first.
  driving.freshIntents.set(`${key}#${token.attempt + 1}`, parts.clock.monotonic() + callTimeoutMs);
  return {
    type: "intended",
    at: parts.clock.now().toISOString(),
    node: node.id,
    actionRunId: key,
    planned: approved,
    intentId: newId(),
    callTimeoutMs,
  };
}

/** Act on a fresh intent, or find out what became of somebody else's. */
export async function performExecute(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode | RestoreNode,
  token: Token,
): Promise<RunEvent> {
  const key = actionRunId(run.id, node.id);
  const fresh = `${key}#${token.attempt}`;
  const deadline = driving.freshIntents.get(fresh);
  driving.freshIntents.delete(fresh);
  if (deadline === undefined) return reconcile(parts, run, driving, node, token);
  const approved = run.data.plan.find((planned) => planned.node === node.id);
  if (!approved) throw new PolicyError("internal", `${key} has an intent and no plan`);
  const definition = definitionOf(parts, approved.action);
  const started = parts.clock.monotonic();
  // A process that was frozen past its deadline must not act any more: a successor may have begun.
  if (started >= deadline)
    return failure(
      parts,
      node,
      token,
      new PolicyError("provider_unknown", "the call deadline passed before the call"),
      true,
    );
  const context = contextFor(parts, run, driving, node.id, approved.parameters, definition, deadline - started);
  driving.freshIntents.delete(`${key}#ended`);
  try {
    const result =
      node.kind === "action" ? await definition.execute(context, approved.plan) : await restore(parts, node, context);
    const durationMs = parts.clock.monotonic() - started;
    if (result.status === "failed")
      return failure(parts, node, token, new PolicyError("provider_refused", result.message), false);
    return {
      type: "executed",
      at: parts.clock.now().toISOString(),
      node: node.id,
      actionRunId: key,
      result,
      effect: node.kind === "action",
      reconciled: false,
      durationMs,
    };
  } catch (thrown) {
    const cut = context.signal.aborted || hasCode(thrown, "provider_unknown");
    driving.freshIntents.set(`${key}#ended`, started);
    return failure(parts, node, token, coerceError(thrown), cut);
  }
}

async function restore(parts: EngineParts, node: RestoreNode, context: ActionContext): Promise<ActionResult> {
  const intent = await readIntent(parts.store.engine, actionRunId(node.parentRunId, node.of));
  if (!intent) throw new PolicyError("not_found", `${node.of} has no recorded effect`);
  const { status, message } = await definitionOf(parts, intent.step.action).rollback(context, intent.step.plan);
  return {
    status: status === "success" ? "success" : "failed",
    message,
    affected_systems: intent.step.plan.targets.map((target) => target.id),
  };
}

/** An intent without a result: wait for its call deadline, read the world, and only then act (DESIGN 5, E3). */
async function reconcile(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode | RestoreNode,
  token: Token,
): Promise<RunEvent> {
  const key = actionRunId(run.id, node.id);
  const at = parts.clock.now().toISOString();
  const intent = await readIntent(parts.store.engine, key);
  // An attempt that this process saw end needs no waiting: nobody else can still be calling.
  const seenToEnd = driving.freshIntents.has(`${key}#ended`);
  if (intent && intent.callDeadlineInMs > 0 && !seenToEnd)
    return {
      type: "blocked",
      at,
      node: node.id,
      reason: "an earlier attempt may still be under way",
      retryAfterMs: Math.ceil(intent.callDeadlineInMs),
    };
  const now =
    node.kind === "action" ? await planAction(parts, run, driving, node) : await planRestore(parts, run, driving, node);
  const approved = run.data.plan.find((planned) => planned.node === node.id) ?? now;
  if (now.plan.changesSomething) return intend(parts, run, driving, node, approved, token);
  const targets = approved.plan.targets.map((target) => target.id);
  const result: ActionResult = {
    status: "success",
    message: "found done when the world was read again",
    affected_systems: targets,
  };
  return {
    type: "executed",
    at,
    node: node.id,
    actionRunId: key,
    result,
    effect: node.kind === "action",
    reconciled: true,
    durationMs: 0,
  };
}

/** Prove that the finding is gone. */
export async function performVerify(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: VerifyNode,
  token: Token,
): Promise<RunEvent> {
  const at = () => parts.clock.now().toISOString();
  const of = run.graph.nodes[node.of];
  const approved = run.data.plan.find((planned) => planned.node === node.of);
  if (run.data.steps[node.of]?.status === "skipped" || !approved || of?.kind !== "action")
    return { type: "skipped", at: at(), node: node.id, reason: "nothing was changed" };
  const definition = definitionOf(parts, approved.action);
  try {
    const verified = await definition.verify(
      contextFor(parts, run, driving, node.of, approved.parameters, definition, 20_000),
      approved.plan,
    );
    if (verified.status === "success")
      return { type: "verified", at: at(), node: node.id, message: verified.message, evidence: verified.evidence };
    return failure(parts, node, token, new PolicyError("verify_failed", verified.message), false);
  } catch (thrown) {
    return failure(parts, node, token, coerceError(thrown), false);
  }
}

/** Hand a message to the people: the notice's key makes telling twice telling once. */
export async function performTell(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode,
  token: Token,
): Promise<RunEvent> {
  const definition = definitionOf(parts, node.action);
  const at = parts.clock.now().toISOString();
  try {
    const context = contextFor(parts, run, driving, node.id, renderParameters(run, driving, node), definition, 20_000);
    const result = await definition.execute(context, await definition.plan(context));
    const noticeId = result.output?.["notice_id"];
    if (typeof noticeId === "string") return { type: "told", at, node: node.id, noticeId };
    return {
      type: "executed",
      at,
      node: node.id,
      actionRunId: context.actionRunId,
      result,
      effect: false,
      reconciled: false,
      durationMs: 0,
    };
  } catch (thrown) {
    return failure(parts, node, token, coerceError(thrown), false);
  }
}
