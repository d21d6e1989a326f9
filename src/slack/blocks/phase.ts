import type { ApprovalView } from "../../core/approval.ts";
import { isFinished, type RunView } from "../../core/run.ts";

/** What a run's card is about to say: one of the states of slack.md 6.3. */
export type Phase =
  | "asking"
  | "working"
  | "done"
  | "failed"
  | "denied"
  | "expired"
  | "cancelled"
  | "superseded"
  | "attention"
  | "rolling_back"
  | "rolled_back";

/** The card's state. A decision shows at once, even before the run has taken it up. */
export function phaseOf(run: RunView, approval: ApprovalView | undefined): Phase {
  switch (run.state) {
    case "succeeded":
      return "done";
    case "failed":
    case "denied":
    case "expired":
    case "cancelled":
    case "rolled_back":
    case "rolling_back":
      return run.state;
    case "needs_attention":
      return "attention";
    case "pending":
    case "running":
    case "waiting":
      return approval ? waitingPhase(approval) : "working";
  }
}

function waitingPhase(approval: ApprovalView): Phase {
  switch (approval.state) {
    case "pending":
      return "asking";
    case "approved":
      return "working";
    case "denied":
    case "expired":
    case "cancelled":
    case "superseded":
      return approval.state;
  }
}

const words: Readonly<Record<Phase, string>> = {
  asking: "Approval needed",
  working: "Running",
  done: "Done",
  failed: "Couldn't finish",
  denied: "Denied",
  expired: "Expired, not run",
  cancelled: "Cancelled",
  superseded: "Replaced by a newer plan",
  attention: "Needs attention",
  rolling_back: "Rolling back",
  rolled_back: "Rolled back",
};

/** The first line of card and notification alike. */
export function headline(run: RunView, phase: Phase): string {
  const undone = phase === "done" && run.undoState === "succeeded";
  const undo = run.kind === "undo" && !/^undo/i.test(run.title) ? "Undo: " : "";
  return `${undone ? "Undone" : words[phase]}: ${undo}${run.title}`;
}

/** Whether nothing more will happen to the message for now, so that it is sent before anything that only moves. */
export function isTerminal(run: RunView): boolean {
  return isFinished(run.state) || run.state === "needs_attention";
}

/** An undo that is under way or has succeeded leaves nothing to undo; one that was refused may be asked for again. */
export function mayUndo(run: RunView): boolean {
  if (run.kind !== "workflow" || !run.undoable) return false;
  return run.undoState === undefined || ["denied", "expired", "cancelled", "failed"].includes(run.undoState);
}
