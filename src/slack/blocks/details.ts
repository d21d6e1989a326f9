import type { ApprovalView } from "../../core/approval.ts";
import type { JsonObject } from "../../core/json.ts";
import type { PlannedStep, RunView } from "../../core/run.ts";
import type { Block } from "./block.ts";
import { factsBlock } from "./facts.ts";
import { plain, plainSection, trustedSection } from "./parts.ts";
import { changeLines, isIrreversible } from "./plan.ts";
import { bold, code, richLines, richList, said } from "./rich.ts";
import { valueText } from "./text.ts";
import { escalationLines, needsText, voteLines } from "./votes.ts";

/** A modal as JSON; only `blocks/` writes them. */
export type View = Readonly<Record<string, unknown>>;

const mostBlocks = 95;

/** Opened at once, since a trigger lives for 3 s; filled when the data is there. */
export function loadingView(title: string): View {
  return modal(title, [plainSection("loading", "Reading the newest state…")]);
}

/** Words instead of what was asked for. `alert` blocks exist in modals only. */
export function wordsView(title: string, words: string, level: "info" | "success" | "warning" | "error"): View {
  return modal(title, [{ type: "alert", block_id: "words", text: plain(words, 200), level }]);
}

/** The whole plan: every value, the full digest, who decides by which rule, and the way back. */
export function detailsView(run: RunView, approval: ApprovalView): View {
  const record = [...voteLines(approval).slice(0, 30), ...escalationLines(approval)];
  const blocks: Block[] = [
    factsBlock("facts", run, approval),
    richLines("digests", [
      [bold("Plan digest"), said(": "), code(approval.planDigest)],
      [bold("Workflow digest"), said(": "), code(run.workflowDigest)],
      [bold("Request"), said(": "), code(approval.id), said(` · revision ${approval.revision} · ${approval.state}`)],
      [bold("Rollback"), said(isIrreversible(approval.plan) ? ": not for every step" : ": yes, for every step")],
    ]),
    trustedSection("needs", needsText(approval)),
    ...(record.length > 0 ? [richLines("record", record)] : []),
    ...approval.plan.flatMap((step, index) => stepBlocks(step, index)),
  ];
  const kept = blocks.length > mostBlocks ? [...blocks.slice(0, mostBlocks), plainSection("more", "The run's page shows the rest.")] : blocks; // prettier-ignore
  return modal("Details", kept);
}

/** A note and the reason, required: a denial without one helps nobody. */
export function denyView(approvalValue: string, title: string): View {
  return {
    ...modal("Deny request", [
      plainSection("about", title.slice(0, 300)),
      {
        type: "input",
        block_id: "reason",
        label: plain("Why should this not be done?", 100),
        element: { type: "plain_text_input", action_id: "reason", multiline: true, min_length: 2, max_length: 1_000 },
      },
    ]),
    submit: plain("Deny Request", 24),
    callback_id: "approval.deny_reason",
    private_metadata: approvalValue,
  };
}

function modal(title: string, blocks: readonly Block[]): View {
  return { type: "modal", title: plain(title, 24), close: plain("Close", 24), blocks };
}

function stepBlocks(step: PlannedStep, index: number): readonly Block[] {
  const { plan } = step;
  const id = (name: string) => `step${index}:${name}`;
  const back = plan.rollbackPlan;
  const how = back.available ? `yes: ${back.rollback_actions.join(", ") || "the old state is restored"}` : `no: ${back.reason ?? "it cannot be undone"}`; // prettier-ignore
  return [
    richList(
      id("what"),
      [bold(`${index + 1}. ${step.name}`), said(" "), code(step.action)],
      [
        ...plan.targets.slice(0, 40).map((target) => [said("on "), code(target.id)]),
        ...parameterLines(step.parameters),
        ...changeLines(step).slice(0, 60),
        [said(`blast radius: ${plan.blastRadius.slice(0, 20).join("; ") || "nothing beyond the resource itself"}`)],
        ...(plan.missingPermissions.length > 0 ? [[bold("missing permissions: "), said(plan.missingPermissions.slice(0, 20).join(", "))]] : []), // prettier-ignore
        [said(`rollback: ${how}`)],
        [said("step digest: "), code(step.digest)],
      ],
    ),
  ];
}

function parameterLines(parameters: JsonObject) {
  return Object.entries(parameters).slice(0, 30).map(([name, value]) => [said(`${name} = `), code(valueText(value, 400))]); // prettier-ignore
}
