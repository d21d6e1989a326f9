import { advance, end, endQuietly, needAttention } from "./advance.ts";
import { audit, moveToken, setState, step, withData, withPatch, type Draft } from "./draft.ts";
import { card, milestone, progress, show } from "./telling.ts";
import type { RunEvent, Token } from "./state.ts";

/** After so many stale plans somebody is changing the target faster than people can agree. */
const mostRevisions = 5;

/** The plan is read: nothing to do, or go on, or ask. */
export function gatePlanned(draft: Draft, event: Extract<RunEvent, { type: "planned" }>): Draft {
  const { node, plan, planDigest, impact, because, request, needed } = event;
  const facts = { ...draft.outcome.data.facts, ...event.facts };
  let next = withData(draft, {
    plan,
    planDigest,
    impact,
    because,
    facts,
    ...(request === undefined ? {} : { request }),
  });
  next = step(next, node, {
    status: needed ? "waiting" : "succeeded",
    startedAt: event.at,
    ...(needed ? {} : { finishedAt: event.at }),
  });
  next = audit(next, "run.planned", {
    planDigest,
    impact,
    because: [...because],
    needed,
    steps: plan.map((planned) => planned.digest),
  });
  if (!plan.some((planned) => planned.plan.changesSomething)) return nothingToChange(next);
  if (needed) return moveToken(next, node, { phase: "asking" });
  return advance(progress(card(next)), node);
}

/** DESIGN 7.12: a plan that changes nothing ends `succeeded` without a card. */
function nothingToChange(draft: Draft): Draft {
  const skipped = draft.outcome.data.plan.reduce(
    (all, planned) => step(all, planned.node, { status: "skipped", output: { reason: "already as wanted" } }),
    draft,
  );
  const reason = "nothing to change: everything is already as wanted";
  // Who asked for an undo, or was asked before, gets an answer.
  if (draft.outcome.data.told) return end(skipped, "succeeded", reason);
  return draft.run.parentId === undefined ? endQuietly(skipped, reason) : end(card(skipped), "succeeded", reason);
}

/** The request stands in the database: tell it, and wait. */
export function gateAsked(draft: Draft, event: Extract<RunEvent, { type: "asked" }>): Draft {
  const revision = draft.outcome.data.revision + 1;
  const asked = withData(draft, { approvalId: event.approvalId, revision });
  const waiting = moveToken(setState(asked, "waiting", "waiting for approval"), event.node, {
    phase: "waiting",
    waitsFor: event.approvalId,
  });
  return card(audit(waiting, "approval.requested", { approvalId: event.approvalId, revision }));
}

export function gateDecided(draft: Draft, event: Extract<RunEvent, { type: "decided" }>): Draft {
  const token = draft.outcome.data.tokens.find((candidate) => candidate.waitsFor === event.approvalId);
  if (!token) return draft;
  const reason = event.reason ?? event.state;
  const decided = audit(draft, `approval.${event.state}`, { approvalId: event.approvalId, reason });
  if (event.state === "approved") {
    const granted = step(decided, token.node, {
      status: "succeeded",
      finishedAt: event.at,
      output: { approvalId: event.approvalId },
    });
    return advance(progress(granted), token.node);
  }
  const refused = step(decided, token.node, {
    status: "failed",
    finishedAt: event.at,
    error: { code: event.state, message: reason },
  });
  return end(refused, event.state === "superseded" ? "cancelled" : event.state, reason);
}

/** Drift or lost authority (DESIGN 8): the request is superseded, no vote carries over, the gate plans and asks anew. */
export function planStale(draft: Draft, event: Extract<RunEvent, { type: "plan_stale" }>): Draft {
  const gate = Object.values(draft.run.graph.nodes).find(
    (node) => node.kind === "gate" && node.covers.includes(event.node),
  );
  const { data } = draft.outcome;
  if (!gate || data.revision >= mostRevisions)
    return needAttention(draft, `the plan went stale again: ${event.reason}`);
  const token: Token = { node: gate.id, phase: "ready", attempt: 0 };
  const tokens = data.tokens.map((candidate) => (candidate.node === event.node ? token : candidate));
  const back = withData(step(draft, gate.id, { status: "pending" }), { tokens });
  const told = milestone(
    audit(back, "plan.stale", { node: event.node, reason: event.reason }),
    `stale_${data.revision}`,
    { reason: event.reason },
  );
  const { approvalId } = data;
  const { reason } = event;
  // People may take their time over the new request: the resource is not kept from others meanwhile.
  const free = withPatch(told, { unlock: true });
  return show(approvalId ? withPatch(free, { supersede: { approvalId, state: "superseded", reason } }) : free);
}
