import type { Command } from "commander";
import { PolicyError } from "../core/errors.ts";
import { isId } from "../core/identifiers.ts";
import type { RunView } from "../core/run.ts";
import { viewRun } from "../run/view.ts";
import { findApprovalIds } from "../store/approval-views.ts";
import { formatOption, print, printJson, shortTime, table, type Format } from "./output.ts";
import { tenantId, withStore } from "./server-state.ts";

/** `run show ID`. */
export function addRunCommands(program: Command): void {
  const run = program.command("run").description("runs of workflows");
  run
    .command("show <id>")
    .description("a run: its state, its steps, what it changed, its approvals")
    .addOption(formatOption())
    .action(async (id: string, { format }: { format: Format }) => {
      const { view, approvals } = await readRun(id);
      if (format === "json") printJson({ ...view, approvals });
      else print(runText(view, approvals));
    });
}

async function readRun(id: string): Promise<{ readonly view: RunView; readonly approvals: readonly string[] }> {
  if (!isId(id)) throw new PolicyError("bad_input", `${id} is not the id of a run`);
  return withStore(async (store, { kind }) => {
    const view = await viewRun(store.interactive, id);
    if (view?.tenantId !== tenantId)
      throw new PolicyError("not_found", `there is no run ${id} in the ${kind} database`);
    return { view, approvals: await findApprovalIds(store.interactive, { tenantId, runId: id }) };
  });
}

function runText(run: RunView, approvals: readonly string[]): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["state", run.reason === undefined ? run.state : `${run.state}: ${run.reason}`],
    ["workflow", `${run.workflow}${run.kind === "undo" ? " (undo)" : ""}`],
    ["resource", run.resource && `${run.resource.name} (${run.resource.id})`],
    ["severity", run.severity],
    ["impact", run.impact],
    ["started", shortTime(run.createdAt)],
    ["ended", run.finishedAt && shortTime(run.finishedAt)],
    ["undo of", run.parentRunId],
    ["undone by", run.undoRunId && `${run.undoRunId} (${run.undoState ?? ""})`],
    ["approvals", approvals.length > 0 ? approvals.join(", ") : undefined],
  ];
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const steps = run.steps.map((step) => [
    step.name,
    step.status,
    step.attempts > 1 ? `${step.attempts} attempts` : "",
    step.error ? `${step.error.code}: ${step.error.message}` : messageOf(step.output),
  ]);
  const changes = run.plan.flatMap(({ plan }) =>
    plan.changes.map(({ field, before, after }) => [field, JSON.stringify(before), "->", JSON.stringify(after)]),
  );
  return [
    `${run.title}\nrun ${run.id}`,
    table(known),
    ...(steps.length > 0 ? [`steps\n${indent(table(steps))}`] : []),
    ...(changes.length > 0 ? [`plan\n${indent(table(changes))}`] : []),
    ...(run.notes.length > 0 ? [`notes\n${indent(run.notes.join("\n"))}`] : []),
  ].join("\n\n");
}

function messageOf(output: RunView["steps"][number]["output"]): string {
  const said = output?.["message"] ?? output?.["reason"];
  return typeof said === "string" ? said : "";
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
