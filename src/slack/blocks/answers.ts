import type { ApprovalView } from "../../core/approval.ts";
import type { RunView } from "../../core/run.ts";
import type { Block } from "./block.ts";
import { outcomeLines } from "./outcome.ts";
import { plainSection, trustedSection, withinLimits } from "./parts.ts";
import { headline, phaseOf } from "./phase.ts";
import { bold, code, fitLines, richLines, richList, said, type Line } from "./rich.ts";
import { datePart } from "./mention.ts";
import { escaped } from "./text.ts";
import { needsText, tallyText, voteLines } from "./votes.ts";

/** A private answer to a command. */
export interface Answer {
  readonly text: string;
  readonly blocks?: readonly Block[];
}

/** A sentence; whatever is in it stays what it is. */
export function sentence(text: string): Answer {
  return { text: escaped(text, 2_000), blocks: [plainSection("answer", text)] };
}

/** A head line over one line each; an empty list says so. */
function list(title: string, lines: readonly Line[], empty: string): Answer {
  if (lines.length === 0) return sentence(empty);
  return { text: escaped(title, 200), blocks: [richList("list", [bold(title)], fitLines(lines, 8_000, 30))] };
}

export function helpAnswer(commands: readonly { readonly usage: string; readonly does: string }[]): Answer {
  return list("What I understand", commands.map((one) => [code(`/policycortex ${one.usage}`), said(` ${one.does}`)]), "Nothing."); // prettier-ignore
}

export function workflowsAnswer(
  workflows: readonly { readonly name: string; readonly description: string; readonly trigger: string }[],
): Answer {
  const lines = workflows.map((one) => [code(one.name), said(` ${one.description}`), said(` · starts on ${one.trigger}`)]); // prettier-ignore
  return list("Workflows", lines, "No workflow is loaded.");
}

export function runsAnswer(title: string, runs: readonly RunView[]): Answer {
  const lines = runs.map((run) => [code(run.id), said(` ${run.state} · `), datePart(run.createdAt), said(` · ${run.title}`)]); // prettier-ignore
  return list(title, lines, "There are no runs.");
}

export function approvalsAnswer(approvals: readonly ApprovalView[], runs: ReadonlyMap<string, RunView>): Answer {
  const lines = approvals.map((approval) => [
    said(runs.get(approval.runId)?.title ?? "a request", { bold: true }),
    said(` · ${tallyText(approval)} · expires `),
    datePart(approval.expiresAt),
    said(" · run "),
    code(approval.runId),
  ]);
  return list("Waiting for a decision", lines, "Nothing waits for a decision.");
}

/** Where a run stands, in the words of its card. */
export function statusAnswer(run: RunView, approval: ApprovalView | undefined): Answer {
  const phase = phaseOf(run, approval);
  const title = headline(run, phase);
  const steps = run.steps.map((step) => [said(`${step.name}: ${step.status}${step.error ? `, ${step.error.message}` : ""}`)]); // prettier-ignore
  const record = [...(approval ? voteLines(approval) : []), ...outcomeLines(run, approval, phase)];
  const blocks = [
    richLines("status", [[bold(title)], ...fitLines(record, 2_500, 15)]),
    ...(phase === "asking" && approval ? [trustedSection("needs", needsText(approval))] : []),
    richList("steps", [bold("Steps")], fitLines(steps, 4_000, 30)),
  ];
  return { text: escaped(title, 400), blocks: withinLimits(blocks) };
}

export function whoamiAnswer(
  person: { readonly displayName: string; readonly id: string; readonly email?: string },
  roles: readonly string[],
): Answer {
  const lines: Line[] = [
    [bold(person.displayName)],
    [said(`Person ${person.id}${person.email === undefined ? "" : ` · ${person.email}`}`)],
    [
      said(
        roles.length > 0
          ? `Roles: ${roles.join(", ")}`
          : "You hold no standing role. The owner of a resource is asked by its Owner tag.",
      ),
    ],
  ];
  return { text: escaped(`You are ${person.displayName}`, 200), blocks: [richLines("whoami", lines)] };
}
