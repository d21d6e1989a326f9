import { audit, moveToken, setState, type Draft } from "./draft.ts";
import { milestone, show } from "./telling.ts";
import type { RunEvent } from "./state.ts";

/**
 * A person has looked and says: once more. A run that needs attention goes on where it stands: an effect whose outcome is
 * unknown is read first, a rollback that failed is tried again.
 */
export function retryRequested(draft: Draft, event: Extract<RunEvent, { type: "retry_requested" }>): Draft {
  if (draft.run.state !== "needs_attention") return draft;
  const { data } = draft.outcome;
  const resumed = setState(draft, data.endsAs === undefined ? "running" : "rolling_back", "tried again");
  const fresh = data.tokens.reduce(
    (all, { node, phase, notBefore: _past, ...token }) =>
      moveToken(all, node, {
        ...token,
        attempt: 0,
        phase: phase === "intended" ? "intended" : "ready",
        notBefore: event.at,
      }),
    resumed,
  );
  const told = milestone(fresh, `retried_${event.at}`, { by: event.by });
  return show(audit(told, "run.retried", { by: event.by }, event.by));
}
