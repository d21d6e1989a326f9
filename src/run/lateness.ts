import { audit, note, type Draft } from "./draft.ts";
import { alert } from "./telling.ts";

/**
 * `max_delay` is a start deadline, counted from the start of the run: a step that misses it is recorded and alerted, and
 * runs all the same (DESIGN 7.4).
 */
export function recordLateness(draft: Draft, nodeId: string, at: string): Draft {
  const node = draft.run.graph.nodes[nodeId];
  const limit = node?.kind === "action" ? node.maxDelayMs : undefined;
  if (limit === undefined || draft.outcome.data.steps[nodeId]?.startedAt !== undefined) return draft;
  const delayMs = Date.parse(at) - Date.parse(draft.outcome.data.startedAt);
  if (delayMs <= limit) return draft;
  const line = `${nodeId} began ${Math.round(delayMs / 1000)} s after the start; its max_delay is ${limit / 1000} s`;
  return alert(note(audit(draft, "step.late", { node: nodeId, delayMs, maxDelayMs: limit }), line), `late_${nodeId}`, {
    reason: line,
  });
}
