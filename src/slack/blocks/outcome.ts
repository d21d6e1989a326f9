import type { ApprovalView } from "../../core/approval.ts";
import { isFinished, type RunView } from "../../core/run.ts";
import { datePart } from "./mention.ts";
import type { Phase } from "./phase.ts";
import { bold, said, type Line } from "./rich.ts";
import { durationText } from "./text.ts";

/** What came of it: who is in the vote lines; here stand when, how long, what, and why not. */
export function outcomeLines(run: RunView, approval: ApprovalView | undefined, phase: Phase): readonly Line[] {
  const at = run.finishedAt ?? approval?.decidedAt ?? run.updatedAt;
  const reason = run.reason ?? approval?.decisionReason;
  const because = reason ? [said(`: ${reason}`)] : [];
  switch (phase) {
    case "asking":
      return [];
    case "working":
      return [[bold("Running"), said(" since "), datePart(approval?.decidedAt ?? run.createdAt), said(". Progress is in the thread.")]]; // prettier-ignore
    case "done":
      return [doneLine(run, approval), ...proofLines(run), ...undoLines(run)];
    case "failed":
      return [[bold("Failed "), datePart(at), ...because], ...failedSteps(run), ...rolledBackLines(run)];
    case "attention":
      return [[bold("A person has to decide"), ...because], ...failedSteps(run), ...rolledBackLines(run)];
    case "rolling_back":
    case "rolled_back": {
      const state = phase === "rolling_back" ? "Rolling back" : "Rolled back";
      return [[bold(state), said(" · "), datePart(at), ...because], ...failedSteps(run), ...rolledBackLines(run)];
    }
    case "denied":
      return (approval?.votes.some((vote) => vote.choice === "deny") ?? false)
        ? [[said("Nothing was changed.")]]
        : [[bold("Denied "), datePart(at), ...because], [said("Nothing was changed.")]];
    case "expired":
      return [[bold("Expired"), said(" · "), datePart(approval?.expiresAt ?? at), said(" · nobody decided, so nothing was done")]]; // prettier-ignore
    case "cancelled":
      return [[bold("Cancelled "), datePart(at), ...because], ...rolledBackLines(run)];
    case "superseded":
      return [[bold("Replaced"), said(": what would change is not what was shown. A new plan is being read.")]];
  }
}

function doneLine(run: RunView, approval: ApprovalView | undefined): Line {
  const end = run.finishedAt ?? run.updatedAt;
  const took = Date.parse(end) - Date.parse(approval?.decidedAt ?? run.createdAt);
  return [bold(`Done in ${took < 1_000 ? "under 1 s" : durationText(took)}`), said(" · "), datePart(end)];
}

/** The verify steps: proof, not a claim. */
function proofLines(run: RunView): readonly Line[] {
  return run.steps
    .filter((step) => step.kind === "verify" && step.status === "succeeded")
    .slice(0, 5)
    .map((step) => [bold("Checked"), said(`: ${step.name}`)]);
}

function failedSteps(run: RunView): readonly Line[] {
  return run.steps
    .filter((step) => step.status === "failed" || step.status === "unknown" || step.status === "rollback_failed")
    .slice(0, 5)
    .map((step) => {
      const tries = step.attempts > 1 ? ` after ${step.attempts} attempts` : "";
      const what = step.status === "rollback_failed" ? "Couldn't roll back" : "Couldn't do";
      return [bold(`${what} ${step.name}${tries}`), said(step.error ? `: ${step.error.message}` : " ")];
    });
}

function rolledBackLines(run: RunView): readonly Line[] {
  const back = run.steps.filter((step) => step.status === "rolled_back").map((step) => step.name);
  return back.length > 0 ? [[bold("Rolled back"), said(`: ${back.slice(0, 8).join(", ")}`)]] : [];
}

function undoLines(run: RunView): readonly Line[] {
  if (run.undoState === undefined) return [];
  if (run.undoState === "succeeded") return [[bold("Undone"), said(": the old state is restored.")]];
  return isFinished(run.undoState)
    ? [[bold("Undo"), said(` asked for, but ${run.undoState === "failed" ? "it failed" : run.undoState}.`)]]
    : [[bold("Undo"), said(" is under way: see the thread.")]];
}
