import type { JsonObject } from "../core/json.ts";
import type { PlannedStep } from "../core/run.ts";
import { advance, needAttention } from "./advance.ts";
import { audit, moveToken, note, setState, step, wakeAfter, withData, withPatch, type Draft } from "./draft.ts";
import { alert, show } from "./telling.ts";
import { beginRollback } from "./rollback-transitions.ts";
import { recordLateness } from "./lateness.ts";
import type { RunEvent } from "./state.ts";

/** The intent is committed before the effect (DESIGN 5): a successor finds it and reads the world first. */
export function actionIntended(draft: Draft, event: Extract<RunEvent, { type: "intended" }>): Draft {
  const token = draft.outcome.data.tokens.find((candidate) => candidate.node === event.node);
  const attempts = (token?.attempt ?? 0) + 1;
  const punctual = recordLateness(draft, event.node, event.at);
  const moved = moveToken(setState(punctual, "running"), event.node, { phase: "intended", attempt: attempts });
  const started = draft.outcome.data.steps[event.node]?.startedAt ?? event.at;
  const running = step(moved, event.node, { status: "running", attempts, startedAt: started });
  const { intentId: id, actionRunId: key, node, planned, callTimeoutMs } = event;
  const audited = audit(running, "action.intended", {
    node,
    actionRunId: key,
    planDigest: planned.digest,
    attempt: attempts,
  });
  return show(withPatch(audited, { intent: { id, key, node, planned, callTimeoutMs } }));
}

export function actionEvent(
  draft: Draft,
  event: Extract<RunEvent, { type: "executed" | "told" | "delivered" | "verified" }>,
): Draft {
  switch (event.type) {
    case "executed":
      return executed(draft, event);
    case "told": {
      const token = draft.outcome.data.tokens.find((candidate) => candidate.node === event.node);
      const punctual = recordLateness(draft, event.node, event.at);
      const waiting = moveToken(setState(punctual, "waiting", "waiting for delivery"), event.node, {
        phase: "waiting",
        waitsFor: event.noticeId,
      });
      return show(
        step(waiting, event.node, { status: "running", startedAt: event.at, attempts: (token?.attempt ?? 0) + 1 }),
      );
    }
    case "delivered":
      return delivered(draft, event);
    case "verified": {
      const output: JsonObject = { message: event.message, evidence: event.evidence };
      const proven = step(draft, event.node, { status: "succeeded", finishedAt: event.at, output });
      return advance(audit(proven, "action.verified", { node: event.node, ...output }), event.node);
    }
  }
}

function executed(draft: Draft, event: Extract<RunEvent, { type: "executed" }>): Draft {
  const { node, result } = event;
  const definition = draft.run.graph.nodes[node];
  const action = definition?.kind === "action" ? definition.action : (draft.outcome.data.steps[node]?.action ?? node);
  const output: JsonObject = {
    ...result.output,
    message: result.message,
    affected_systems: [...result.affected_systems],
  };
  const effect = { node, action, actionRunId: event.actionRunId };
  const effects = event.effect
    ? [...draft.outcome.data.effects.filter((known) => known.node !== node), effect]
    : draft.outcome.data.effects;
  const done = withData(step(draft, node, { status: "succeeded", finishedAt: event.at, output }), { effects });
  return advance(audit(done, "remediation.action_executed", actionExecutedEvent(draft, event, action)), node);
}

/** The seed's Action Execution Event, as it goes to the audit log. */
function actionExecutedEvent(draft: Draft, event: Extract<RunEvent, { type: "executed" }>, action: string): JsonObject {
  const { data } = draft.outcome;
  const planned: PlannedStep | undefined = data.plan.find((candidate) => candidate.node === event.node);
  const rollback = planned?.plan.rollbackPlan;
  return {
    event_type: "remediation.action_executed",
    timestamp: event.at,
    tenant_id: draft.run.tenantId,
    workflow_id: draft.run.id,
    action: {
      id: event.actionRunId,
      type: action,
      status: event.result.status,
      duration_ms: Math.round(event.durationMs),
      affected_systems: [...event.result.affected_systems],
      reconciled: event.reconciled,
    },
    approval: {
      required: data.approvalId !== undefined,
      ...(data.approvalId ? { approval_id: data.approvalId } : {}),
      plan_digest: planned?.digest ?? "",
    },
    rollback_plan: {
      available: rollback?.available ?? false,
      estimated_duration_ms: rollback?.estimated_duration_ms ?? 0,
      rollback_actions: [...(rollback?.rollback_actions ?? [])],
    },
  };
}

/** A notification that fails is recorded and alerted, and never rolls anything back (DESIGN 5). */
function delivered(draft: Draft, event: Extract<RunEvent, { type: "delivered" }>): Draft {
  const token = draft.outcome.data.tokens.find((candidate) => candidate.waitsFor === event.noticeId);
  if (!token) return draft;
  if (event.ok)
    return advance(
      audit(
        step(draft, token.node, { status: "succeeded", finishedAt: event.at, output: event.output }),
        "notice.delivered",
        { node: token.node },
      ),
      token.node,
    );
  return tellingFailed(
    draft,
    token.node,
    event.at,
    "slack_refused",
    typeof event.output["error"] === "string" ? event.output["error"] : "it could not be delivered",
  );
}

function tellingFailed(draft: Draft, node: string, at: string, code: string, message: string): Draft {
  const failed = step(draft, node, { status: "failed", finishedAt: at, error: { code, message } });
  const audited = audit(failed, "notice.failed", { node, code, message });
  return advance(alert(note(audited, `${node} failed: ${message}`), `notice_failed_${node}`, { node, message }), node);
}

/** Again after a backoff while tries are left; then rollback; what cannot be known needs a human. */
export function actionFailed(draft: Draft, event: Extract<RunEvent, { type: "failed" }>): Draft {
  const { node, code, message } = event;
  const definition = draft.run.graph.nodes[node];
  const token = draft.outcome.data.tokens.find((candidate) => candidate.node === node);
  const error = { code, message };
  const audited = audit(draft, "step.failed", { node, code, message, retried: event.retryAfterMs !== undefined });
  if (event.retryAfterMs !== undefined) {
    const notBefore = new Date(Date.parse(event.at) + event.retryAfterMs).toISOString();
    // An intent has already counted its try.
    const attempt = token?.phase === "intended" ? token.attempt : (token?.attempt ?? 0) + 1;
    const again = moveToken(audited, node, { phase: event.outcomeUnknown ? "intended" : "ready", attempt, notBefore });
    return wakeAfter(
      show(step(again, node, { status: event.outcomeUnknown ? "unknown" : "pending", error })),
      event.retryAfterMs,
    );
  }
  if (event.outcomeUnknown)
    return needAttention(
      step(audited, node, { status: "unknown", finishedAt: event.at, error }),
      `${node}: ${message}`,
    );
  const failed = step(audited, node, { status: "failed", finishedAt: event.at, error });
  if (definition?.kind === "gate" || definition?.kind === "evaluate") return needAttention(failed, message);
  if (definition?.kind === "action" && !definition.changesSomething)
    return tellingFailed(failed, node, event.at, code, message);
  if (definition?.kind === "restore") return needAttention(failed, `${node}: ${message}`);
  return beginRollback(failed, `${definition?.name ?? node} failed: ${message}`, "rolled_back");
}

/** Already as wanted, or its condition does not hold: recorded as done without an effect, its proof with it. */
export function actionSkipped(draft: Draft, event: Extract<RunEvent, { type: "skipped" }>): Draft {
  const skipped = step(draft, event.node, {
    status: "skipped",
    finishedAt: event.at,
    output: { reason: event.reason },
  });
  return advance(audit(skipped, "step.skipped", { node: event.node, reason: event.reason }), event.node);
}
