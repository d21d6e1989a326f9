import type { RunState } from "../core/run.ts";
import { audit, setState, step, withData, withPatch, type Draft } from "./draft.ts";
import { alert, card, milestone, show } from "./telling.ts";
import type { Token } from "./state.ts";

/** The nodes behind a node. Conditions on edges come with the language issue; a sequence has one edge each. */
function successors(draft: Draft, node: string): readonly string[] {
  return draft.run.graph.edges.filter((edge) => edge.from === node).map((edge) => edge.to);
}

/** Take the token from a node and put one on each node behind it; at the end the run has succeeded. */
export function advance(draft: Draft, from: string): Draft {
  const { graph } = draft.run;
  const left = draft.outcome.data.tokens.filter((token) => token.node !== from);
  const made: Token[] = successors(draft, from)
    .filter((node) => graph.nodes[node]?.kind !== "end")
    .map((node) => ({ node, phase: "ready", attempt: 0 }));
  const tokens = [...left, ...made];
  const moved = withData(setState(draft, "running"), { tokens });
  return tokens.length === 0 ? end(moved, "succeeded") : show(clearReason(moved));
}

function clearReason(draft: Draft): Draft {
  const { reason: _waitedFor, ...outcome } = draft.outcome;
  return { ...draft, outcome };
}

/** What had no turn any more is told as skipped, so that nothing seems still to come. */
function closeSteps(draft: Draft): Draft {
  const open = draft.outcome.data.nodes.filter(({ id }) => {
    const status = draft.outcome.data.steps[id]?.status ?? "pending";
    return ["pending", "waiting", "running"].includes(status);
  });
  return open.reduce((all, { id }) => step(all, id, { status: "skipped", finishedAt: draft.at }), draft);
}

/** The end of a run: its state, its audit entry, its milestone in the thread, its resources given back. */
export function end(draft: Draft, state: RunState, reason?: string): Draft {
  const cleared = closeSteps(withData(setState(clearReason(draft), state, reason), { tokens: [] }));
  const audited = audit(cleared, `run.${state}`, reason === undefined ? {} : { reason });
  return show(milestone(audited, state, reason === undefined ? {} : { reason }));
}

/** DESIGN 5: after everything automatic, a human with the full trail. The tokens stay where they are. */
export function needAttention(draft: Draft, reason: string): Draft {
  const audited = card(audit(setState(draft, "needs_attention", reason), "run.needs_attention", { reason }));
  return show(alert(milestone(audited, "needs_attention", { reason }), "needs_attention", { reason }));
}

/** A run that ended with nothing told to anybody: there was nothing to change (DESIGN 7.12). */
export function endQuietly(draft: Draft, reason: string): Draft {
  const ended = closeSteps(withData(setState(draft, "succeeded", reason), { tokens: [] }));
  return withPatch(audit(ended, "run.succeeded", { reason }), { notices: [], wants: [] });
}
