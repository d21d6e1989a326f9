import type { JsonObject } from "../core/json.ts";
import { isFinished } from "../core/run.ts";
import { actionEvent, actionFailed, actionIntended, actionSkipped } from "./action-transitions.ts";
import { advance, end, needAttention } from "./advance.ts";
import { audit, begin, moveToken, note, setState, step, wakeAfter, withData, withPatch, type Draft } from "./draft.ts";
import { milestone, show } from "./telling.ts";
import { gateAsked, gateDecided, gatePlanned, planStale } from "./gate-transitions.ts";
import { retryRequested } from "./retry-transitions.ts";
import { beginRollback, rolledBack, rollbackFailed } from "./rollback-transitions.ts";
import type { Outcome, RunCore, RunEvent } from "./state.ts";

/**
 * (run, event) → next state and what is written with it. Pure and total: an event that no longer fits (a late signal, a
 * decision about a superseded request) changes nothing but is consumed. `simulate.ts` drives this same function.
 */
export function transition(run: RunCore, event: RunEvent): Outcome {
  const signal = "signal" in event ? event.signal : undefined;
  const draft = begin(run, event.at, signal);
  if (isFinished(run.state)) return draft.outcome;
  return apply(setState(draft, run.state === "pending" ? "running" : run.state, run.reason), event).outcome;
}

function apply(draft: Draft, event: RunEvent): Draft {
  switch (event.type) {
    case "evaluated":
      return evaluated(draft, event);
    case "planned":
      return gatePlanned(draft, event);
    case "asked":
      return gateAsked(draft, event);
    case "decided":
      return gateDecided(draft, event);
    case "plan_stale":
      return planStale(draft, event);
    case "intended":
      return actionIntended(draft, event);
    case "executed":
    case "told":
    case "delivered":
    case "verified":
      return actionEvent(draft, event);
    case "failed":
      return actionFailed(draft, event);
    case "blocked":
      return blocked(draft, event);
    case "skipped":
      return actionSkipped(draft, event);
    case "rolled_back":
      return rolledBack(draft, event);
    case "rollback_failed":
      return rollbackFailed(draft, event);
    case "stop_requested":
      return stopped(draft, event);
    case "retry_requested":
      return retryRequested(draft, event);
    case "signal_ignored":
      return draft;
    case "gave_up":
      return needAttention(draft, event.reason);
  }
}

/** DESIGN 7.4: an evaluation records facts and a verdict; it gates nothing unless `on_false: stop`. */
function evaluated(draft: Draft, event: Extract<RunEvent, { type: "evaluated" }>): Draft {
  const node = draft.run.graph.nodes[event.node];
  const output = { ...event.output, passed: event.passed };
  let next = step(draft, event.node, {
    status: "succeeded",
    attempts: 1,
    startedAt: event.at,
    finishedAt: event.at,
    output,
  });
  next = withData(next, { facts: { ...next.outcome.data.facts, ...event.facts } });
  next = note(audit(next, "step.evaluated", { node: event.node, output }), ...event.warnings);
  if (!event.passed && node?.kind === "evaluate" && node.onFalse === "stop")
    return end(next, "succeeded", `${node.name} did not hold: nothing to do`);
  return advance(next, event.node);
}

/** Somebody holds the resource, or everything is paused: look again later, without using up a try. */
function blocked(draft: Draft, event: Extract<RunEvent, { type: "blocked" }>): Draft {
  const notBefore = new Date(Date.parse(event.at) + event.retryAfterMs).toISOString();
  const waiting = moveToken(setState(draft, "waiting", event.reason), event.node, { notBefore });
  const changed = draft.run.reason !== event.reason || draft.run.state !== "waiting";
  return wakeAfter(changed ? show(waiting) : waiting, event.retryAfterMs);
}

/** Stop: nothing more is begun; what was changed is put back; a waiting request is cancelled. */
function stopped(draft: Draft, event: Extract<RunEvent, { type: "stop_requested" }>): Draft {
  const details: JsonObject = { by: event.by, reason: event.reason };
  const told = milestone(audit(draft, "run.stop_requested", details, event.by), "stopped", details);
  const reason = event.reason || "stopped";
  const { approvalId, effects } = draft.outcome.data;
  const waits = draft.outcome.data.tokens.some((token) => token.phase === "waiting" && token.waitsFor === approvalId);
  const ended = waits && approvalId ? withPatch(told, { supersede: { approvalId, state: "cancelled", reason } }) : told;
  return effects.some((effect) => !effect.undone)
    ? beginRollback(ended, reason, "cancelled")
    : end(ended, "cancelled", reason);
}
