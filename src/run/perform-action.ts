import type { ActionContext, ActionResult } from "../core/action.ts";
import { priorityDeadlineMs } from "../core/action.ts";
import { coerceError, hasCode, PolicyError } from "../core/errors.ts";
import type { ActionNode, RestoreNode } from "../core/graph.ts";
import { newId } from "../core/identifiers.ts";
import type { PlannedStep } from "../core/run.ts";
import { readIntent } from "../store/intents.ts";
import { lockResource } from "../store/runs.ts";
import { actionRunId, contextFor, definitionOf } from "./action-run.ts";
import type { Driving, EngineParts } from "./engine.ts";
import { failure } from "./failure.ts";
import { permitOf } from "./perform-evaluate.ts";
import { planAction, planRestore } from "./perform-gate.ts";
import type { RunCore, RunEvent, Token } from "./state.ts";

const pausedRetryMs = 10_000;
const lockedRetryMs = 2_000;
const directoryRetryMs = 5_000;

/** One changing step at work: what every function below needs. */
interface AtWork {
  readonly parts: EngineParts;
  readonly run: RunCore;
  readonly driving: Driving;
  readonly node: ActionNode | RestoreNode;
  readonly token: Token;
  readonly approved: PlannedStep;
  readonly key: string;
}

function atWork(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode | RestoreNode,
  token: Token,
): AtWork | undefined {
  const approved = run.data.plan.find((planned) => planned.node === node.id);
  return approved && { parts, run, driving, node, token, approved, key: actionRunId(run.id, node.id) };
}

/** Everything that must hold just before an effect: not paused, the resource ours, authority intact, the plan unchanged. */
export async function performPrepare(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode | RestoreNode,
  token: Token,
): Promise<RunEvent> {
  const at = parts.clock.now().toISOString();
  const blocked = (reason: string, retryAfterMs: number): RunEvent => ({
    type: "blocked",
    at,
    node: node.id,
    reason,
    retryAfterMs,
  });
  const permit = node.kind === "action" ? permitOf(parts, run, driving, node) : { runs: true as const };
  if (!permit.runs) return { type: "skipped", at, node: node.id, reason: permit.reason };
  if (await parts.paused(run.tenantId)) return blocked("paused", pausedRetryMs);
  const work = atWork(parts, run, driving, node, token);
  if (!work) return stale(at, node, "the step is not part of the plan");
  for (const target of work.approved.plan.targets) {
    const holder = await lockResource(parts.store.engine, run.tenantId, target.id, run.id);
    if (holder !== run.id) return blocked(`${target.name} is being changed by run ${holder}`, lockedRetryMs);
  }
  const { approvalId } = run.data;
  const authority = approvalId === undefined ? undefined : await parts.approvals.stillAuthorised(approvalId);
  if (authority?.unsure) return blocked(authority.reason, directoryRetryMs);
  if (authority && !authority.authorised) return stale(at, node, authority.reason);
  // A try of ours went before: what it left half-done is not drift, and what it finished is our effect.
  return token.attempt > 0 ? again(work) : first(work);
}

function stale(at: string, node: ActionNode | RestoreNode, reason: string): RunEvent {
  return { type: "plan_stale", at, node: node.id, reason };
}

/** The first try: plan again and compare. What was approved is what runs. */
async function first(work: AtWork): Promise<RunEvent> {
  const { parts, node, approved } = work;
  const now = await planNow(work);
  const at = parts.clock.now().toISOString();
  if (!now.plan.changesSomething) return { type: "skipped", at, node: node.id, reason: "already as wanted" };
  if (now.digest !== approved.digest)
    return stale(at, node, `${now.plan.targets[0]?.name ?? node.name} changed since the plan was read`);
  const invalid = await invalidReason(work);
  return invalid === undefined ? intend(work) : stale(at, node, invalid);
}

/** A further try: read the world; done is done, anything but the planned state or our own half-way is drift. */
async function again(work: AtWork): Promise<RunEvent> {
  const { parts, node, key, approved } = work;
  const now = await planNow(work);
  const at = parts.clock.now().toISOString();
  if (!now.plan.changesSomething) {
    const targets = approved.plan.targets.map((target) => target.id);
    const message = "found done when the world was read again";
    const result: ActionResult = { status: "success", message, affected_systems: targets };
    const effect = node.kind === "action";
    return { type: "executed", at, node: node.id, actionRunId: key, result, effect, reconciled: true, durationMs: 0 };
  }
  const invalid = await invalidReason(work);
  return invalid === undefined ? intend(work) : stale(at, node, invalid);
}

function planNow({ parts, run, driving, node }: AtWork): Promise<PlannedStep> {
  return node.kind === "action" ? planAction(parts, run, driving, node) : planRestore(parts, run, driving, node);
}

/** The action's own look at its preconditions; an undo's are looked at by its rollback. */
async function invalidReason(work: AtWork): Promise<string | undefined> {
  if (work.node.kind === "restore") return undefined;
  const { valid, reasons } = await definitionOf(work.parts, work.approved.action).validate(
    context(work, timeoutOf(work)),
    work.approved.plan,
  );
  return valid ? undefined : reasons.join("; ");
}

function context({ parts, run, driving, node, approved }: AtWork, timeoutMs: number): ActionContext {
  const definition = definitionOf(parts, approved.action);
  return contextFor(parts, run, driving, node.id, approved.parameters, definition, timeoutMs);
}

/** Milliseconds a call may take: the step's own `timeout`, else the deadline of the action's priority. */
function timeoutOf({ parts, node, approved }: AtWork): number {
  const own = node.kind === "action" ? node.timeoutMs : undefined;
  return own ?? priorityDeadlineMs[definitionOf(parts, approved.action).priority];
}

function intend(work: AtWork): RunEvent {
  const { parts, driving, node, approved, key, token } = work;
  const callTimeoutMs = timeoutOf(work);
  // Remembered before the commit: only the process that made the intent may act on it without reading the world first.
  driving.freshIntents.set(`${key}#${token.attempt + 1}`, parts.clock.monotonic() + callTimeoutMs);
  const at = parts.clock.now().toISOString();
  const intentId = newId();
  return { type: "intended", at, node: node.id, actionRunId: key, planned: approved, intentId, callTimeoutMs };
}

/** Act on a fresh intent, or find out what became of somebody else's. */
export async function performExecute(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode | RestoreNode,
  token: Token,
): Promise<RunEvent> {
  const work = atWork(parts, run, driving, node, token);
  if (!work) throw new PolicyError("internal", `${node.id} of run ${run.id} has an intent and no plan`);
  const fresh = `${work.key}#${token.attempt}`;
  const deadline = driving.freshIntents.get(fresh);
  driving.freshIntents.delete(fresh);
  return deadline === undefined ? reconcile(work) : execute(work, deadline);
}

async function execute(work: AtWork, deadline: number): Promise<RunEvent> {
  const { parts, node, token, key, driving } = work;
  const started = parts.clock.monotonic();
  // A process that was frozen past its deadline must not act any more: a successor may have begun.
  if (started >= deadline)
    return failure(parts, node, token, new PolicyError("provider_unknown", "the call deadline passed"), true);
  const call = context(work, deadline - started);
  try {
    const result = await act(work, call);
    const durationMs = parts.clock.monotonic() - started;
    const at = parts.clock.now().toISOString();
    if (result.status === "failed")
      return failure(parts, node, token, new PolicyError("provider_refused", result.message), false);
    // Somebody else was faster: a later rollback must not undo what is theirs.
    const effect = node.kind === "action" && !(token.attempt === 1 && result.output?.["changed"] === false);
    return { type: "executed", at, node: node.id, actionRunId: key, result, effect, reconciled: false, durationMs };
  } catch (thrown) {
    // Whatever became of the call, this process is no longer making it.
    driving.endedCalls.set(key, work.run.epoch);
    const cut = call.signal.aborted || hasCode(thrown, "provider_unknown");
    return failure(parts, node, token, coerceError(thrown), cut);
  }
}

async function act({ parts, node, approved }: AtWork, call: ActionContext): Promise<ActionResult> {
  if (node.kind === "action") return definitionOf(parts, approved.action).execute(call, approved.plan);
  const intent = await readIntent(parts.store.engine, actionRunId(node.parentRunId, node.of));
  if (!intent) throw new PolicyError("not_found", `${node.of} has no recorded effect`);
  const { status, message } = await definitionOf(parts, intent.step.action).rollback(call, intent.step.plan);
  const affected = intent.step.plan.targets.map((target) => target.id);
  return { status: status === "success" ? "success" : "failed", message, affected_systems: affected };
}

/** An intent without a result: wait for its call deadline, read the world, and only then act (DESIGN 5, E3). */
async function reconcile(work: AtWork): Promise<RunEvent> {
  const { parts, node, driving, key } = work;
  const intent = await readIntent(parts.store.engine, key);
  // An attempt that this process saw end needs no waiting: nobody else can still be calling.
  const seenToEnd = intent !== undefined && driving.endedCalls.get(key) === intent.epoch;
  if (!intent || intent.callDeadlineInMs <= 0 || seenToEnd) return again(work);
  const reason = "an earlier attempt may still be under way";
  const retryAfterMs = Math.ceil(intent.callDeadlineInMs);
  return { type: "blocked", at: parts.clock.now().toISOString(), node: node.id, reason, retryAfterMs };
}
