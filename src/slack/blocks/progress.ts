import type { ApprovalView } from "../../core/approval.ts";
import { isFinished, type RunView, type StepRecord } from "../../core/run.ts";
import type { Block } from "./block.ts";
import type { Rendered } from "./card.ts";
import { actions, plainSection } from "./parts.ts";
import { isTerminal } from "./phase.ts";
import { said } from "./rich.ts";
import { clean, durationText, escaped } from "./text.ts";

const mostTasks = 48;
/** Gates and markers are not work; the card tells of them. */
const silentKinds = new Set(["start", "end", "gate"]);

type TaskStatus = "pending" | "in_progress" | "complete" | "error";

/** One `plan` block that moves step by step, updated in place (slack.md 2.4). */
export function progressMessage(run: RunView, approval: ApprovalView | undefined, iteration: number): Rendered {
  const steps = shownSteps(run);
  const title = progressTitle(run, approval);
  const tasks = steps.map((step) => taskCard(step, run));
  const plan = { type: "plan", block_id: `tasks:${iteration}`, title: clean(title, 150), tasks };
  return { text: escaped(`${title}: ${run.title}`, 1_000), blocks: [plan, ...stopBlocks(run, iteration)] };
}

/** The same in words, for a Slack without `plan` blocks. */
export function plainProgress(run: RunView, approval: ApprovalView | undefined, iteration: number): readonly Block[] {
  const lines = shownSteps(run).map((step) => `${wordOf(step, run)}: ${clean(step.name, 100)}`);
  return [
    plainSection(`plain:${iteration}`, [progressTitle(run, approval), ...lines].join("\n")),
    ...stopBlocks(run, iteration),
  ];
}

function shownSteps(run: RunView): readonly StepRecord[] {
  return run.steps.filter((step) => !silentKinds.has(step.kind)).slice(0, mostTasks);
}

/** Present tense while it runs; the outcome once it has ended, timed from the decision that let it run. */
function progressTitle(run: RunView, approval: ApprovalView | undefined): string {
  const began = approval?.decidedAt ?? run.createdAt;
  const took = durationText(Date.parse(run.finishedAt ?? run.updatedAt) - Date.parse(began));
  switch (run.state) {
    case "succeeded":
      return `Finished in ${took}`;
    case "failed":
      return `Couldn't finish, stopped after ${took}`;
    case "needs_attention":
      return "Stopped: a person has to decide";
    case "rolling_back":
      return "Rolling back";
    case "rolled_back":
      return `Rolled back after ${took}`;
    case "denied":
    case "expired":
    case "cancelled":
      return `Stopped: ${run.state}`;
    case "waiting":
      return "Waiting for approval";
    case "pending":
    case "running":
      return "Running";
  }
}

function taskCard(step: StepRecord, run: RunView) {
  const output = outputText(step);
  const body = output === undefined ? {} : { output: richText(output) };
  return {
    type: "task_card",
    task_id: clean(step.node, 200),
    title: clean(titleOf(step), 150),
    status: statusOf(step, run),
    ...body,
  };
}

function richText(text: string) {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [said(text, undefined, 300)] }] };
}

/** Words for what an icon cannot say; completed tasks stay complete when a later one fails. */
function titleOf(step: StepRecord): string {
  const retried = step.attempts > 1 ? ` (attempt ${step.attempts})` : "";
  switch (step.status) {
    case "skipped":
      return `Skipped: ${step.name}`;
    case "rolled_back":
      return `Rolled back: ${step.name}`;
    case "rollback_failed":
      return `Couldn't roll back: ${step.name}`;
    case "failed":
      return `Couldn't do: ${step.name}${retried}`;
    case "unknown":
      return `Outcome unknown: ${step.name}${retried}`;
    case "pending":
    case "running":
    case "waiting":
    case "succeeded":
      return `${step.name}${retried}`;
  }
}

function statusOf(step: StepRecord, run: RunView): TaskStatus {
  switch (step.status) {
    case "succeeded":
    case "skipped":
    case "rolled_back":
      return "complete";
    case "failed":
    case "unknown":
    case "rollback_failed":
      return "error";
    case "running":
    case "waiting":
      // Nothing may spin for ever once the run has ended.
      return isTerminal(run) ? "pending" : "in_progress";
    case "pending":
      return "pending";
  }
}

function wordOf(step: StepRecord, run: RunView): string {
  const words = { pending: "Not yet", in_progress: "Now", complete: "Done", error: "Error" } as const;
  const status = statusOf(step, run);
  return status === "pending" && isFinished(run.state) ? "Not run" : words[status];
}

/** What came out, in words: the error, or the message an action gave. Never raw JSON. */
function outputText(step: StepRecord): string | undefined {
  if (step.error) return step.error.message;
  const message = step.output?.["message"];
  return typeof message === "string" && message !== "" ? message : undefined;
}

function stopBlocks(run: RunView, iteration: number): readonly Block[] {
  const moving = run.state === "running";
  if (!moving) return [];
  const confirm = { title: "Stop this run?", text: "What it has changed so far is rolled back.", yes: "Stop Run" };
  const stop = { action: "run.stop", label: "Stop Run", value: run.id, about: run.title, style: "danger", confirm } as const; // prettier-ignore
  return [actions(`stop:${iteration}`, [stop])];
}
