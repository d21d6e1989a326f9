import type { RunState } from "../core/run.ts";
import { end, needAttention } from "./advance.ts";
import { audit, setState, step, withData, type Draft } from "./draft.ts";
import { alert, milestone, show } from "./telling.ts";
import type { RunEvent } from "./state.ts";

/** Put back what this run has changed, newest first; then end. Without effects there is nothing to put back. */
export function beginRollback(draft: Draft, reason: string, endsAs: RunState): Draft {
  const open = draft.outcome.data.effects.filter((effect) => !effect.undone);
  if (open.length === 0) return end(draft, endsAs === "rolled_back" ? "failed" : endsAs, reason);
  const rolling = withData(setState(draft, "rolling_back", reason), { endsAs, tokens: [] });
  const told = milestone(
    audit(rolling, "run.rolling_back", { reason, effects: open.map((effect) => effect.node) }),
    "rolling_back",
    { reason },
  );
  return show(alert(told, "rolling_back", { reason }));
}

export function rolledBack(draft: Draft, event: Extract<RunEvent, { type: "rolled_back" }>): Draft {
  const effects = draft.outcome.data.effects.map((effect) =>
    effect.node === event.node ? { ...effect, undone: true } : effect,
  );
  const undone = withData(step(draft, event.node, { status: "rolled_back", finishedAt: event.at }), { effects });
  const audited = audit(undone, "remediation.rolled_back", { node: event.node, message: event.message });
  if (effects.some((effect) => !effect.undone)) return show(audited);
  return end(audited, draft.outcome.data.endsAs ?? "rolled_back", draft.outcome.reason);
}

/** A rollback that fails pages a human and never loops (DESIGN 5, E6). */
export function rollbackFailed(draft: Draft, event: Extract<RunEvent, { type: "rollback_failed" }>): Draft {
  const failed = step(draft, event.node, {
    status: "rollback_failed",
    finishedAt: event.at,
    error: { code: "rollback_failed", message: event.message },
  });
  const audited = audit(failed, "remediation.rollback_failed", { node: event.node, message: event.message });
  return needAttention(audited, `${event.node} could not be rolled back: ${event.message}`);
}
