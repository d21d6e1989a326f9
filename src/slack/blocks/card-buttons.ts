import type { ApprovalView } from "../../core/approval.ts";
import type { RunView } from "../../core/run.ts";
import type { Button } from "./parts.ts";
import { mayUndo, type Phase } from "./phase.ts";
import { isIrreversible } from "./plan.ts";

/** What can be done in a state; nothing else is clickable, and nobody's click counts without being checked again. */
export function cardButtons(run: RunView, approval: ApprovalView | undefined, phase: Phase): readonly Button[] {
  switch (phase) {
    case "asking":
      return approval ? voteButtons(run, approval) : [];
    case "working":
      return [stopButton(run)];
    case "done":
      return mayUndo(run) ? [runButton(run, "run.undo", "Undo")] : [];
    case "failed":
      return [runButton(run, "run.retry", "Retry")];
    case "attention":
      return [runButton(run, "run.retry", "Retry"), stopButton(run)];
    case "expired":
      return approval && !approval.replacedBy ? [againButton(run, approval)] : [];
    case "denied":
    case "cancelled":
    case "superseded":
    case "rolling_back":
    case "rolled_back":
      return [];
  }
}

/** Value of everything about a request: its id and what it showed, nothing that could be believed. */
function approvalValue(approval: ApprovalView): string {
  return `${approval.id}:${approval.revision}`;
}

/** Ask for the same thing once more: a new request with a new plan. */
export function againButton(run: RunView, approval: ApprovalView): Button {
  return { action: "approval.again", label: "Request Again", value: approvalValue(approval), about: run.title };
}

function voteButtons(run: RunView, approval: ApprovalView): readonly Button[] {
  const value = approvalValue(approval);
  const about = run.title;
  const what = run.kind === "undo" ? "Approve Undo" : "Approve";
  // An undo has no undo of its own by nature; a warning on each would be read by nobody.
  const irreversible = run.kind !== "undo" && isIrreversible(approval.plan);
  const confirm = {
    title: "There is no way back",
    text: "At least one step of this plan cannot be rolled back. Approve it all the same?",
    yes: "Approve",
  };
  return [
    { action: "approval.approve", label: what, value, about, style: "primary", ...(irreversible ? { confirm } : {}) },
    { action: "approval.deny", label: "Deny", value, about },
    { action: "approval.details", label: "Details", value, about },
  ];
}

function stopButton(run: RunView): Button {
  const confirm = {
    title: "Stop this run?",
    text: "What it has changed so far is rolled back, and the finding stays open.",
    yes: "Stop Run",
  };
  return { ...runButton(run, "run.stop", "Stop Run"), style: "danger", confirm };
}

function runButton(run: RunView, action: string, label: string): Button {
  return { action, label, value: run.id, about: run.title };
}
