import type { PlannedStep } from "../../core/run.ts";
import type { Block } from "./block.ts";
import { bold, code, fitLines, richList, said, type Line } from "./rich.ts";
import { durationText, valueText } from "./text.ts";

const mostSteps = 8;
/** Leaves room for everything else within the 12,000 characters of a message. */
const allSteps = 5_000;

/** Before and after of every step that changes something, then what else a voter must know. */
export function planBlocks(
  blockId: string,
  plan: readonly PlannedStep[],
  title: "What will happen" | "What was planned" | "What changed",
): readonly Block[] {
  if (plan.length === 0) return [];
  const shown = plan.slice(0, mostSteps);
  const steps = shown.map((step, index) => stepBlock(`${blockId}:${index}`, step, allSteps / shown.length));
  const rest = plan.length - shown.length;
  const head = richList(`${blockId}:title`, [bold(title)], rest > 0 ? [[said(`${plan.length} steps, the first ${mostSteps} here: see Details`)]] : []); // prettier-ignore
  // Once it is decided, what could have happened is only in the way.
  if (title !== "What will happen") return [head, ...steps];
  return [head, ...steps, richList(`${blockId}:safety`, [bold("Safety")], fitLines(safetyLines(plan), 2_000, 8))];
}

function stepBlock(blockId: string, step: PlannedStep, budget: number): Block {
  const targets = step.plan.targets.map((target) => target.name);
  const on = targets.length > 0 ? [said(" on "), said(targets.slice(0, 5).join(", "), { bold: true })] : [];
  const head: Line = [said(step.name, { bold: true }), said(" "), code(step.action), ...on];
  return richList(blockId, head, fitLines(changeLines(step), budget, 10));
}

/** `field: before → after`; a target that is already as wanted says so. */
export function changeLines(step: PlannedStep): readonly Line[] {
  if (!step.plan.changesSomething) return [[said("already as wanted: nothing will change")]];
  return step.plan.changes.map((change) => [
    said(change.field),
    said(": "),
    code(valueText(change.before)),
    said(" → "),
    code(valueText(change.after)),
  ]);
}

function safetyLines(plan: readonly PlannedStep[]): readonly Line[] {
  const affected = [...new Set(plan.flatMap((step) => step.plan.blastRadius))];
  const missing = [...new Set(plan.flatMap((step) => step.plan.missingPermissions))];
  return [
    ...rollbackLines(plan),
    [said(`Blast radius: ${affected.length > 0 ? affected.join("; ") : "nothing beyond the resource itself"}`)],
    ...(missing.length > 0 ? [[bold("Missing permissions: "), said(missing.join(", "))]] : []),
  ];
}

/** Said before anybody approves: what has no way back. */
function rollbackLines(plan: readonly PlannedStep[]): readonly Line[] {
  const stuck = plan.filter((step) => step.plan.changesSomething && !step.plan.rollbackPlan.available);
  if (stuck.length > 0)
    return stuck.map((step) => [
      bold("Rollback: no"),
      said(` for ${step.name}: ${step.plan.rollbackPlan.reason ?? "it cannot be undone"}`),
    ]);
  const took = plan.reduce((sum, step) => sum + step.plan.rollbackPlan.estimated_duration_ms, 0);
  const how = plan.flatMap((step) => step.plan.rollbackPlan.rollback_actions);
  return [
    [bold("Rollback: yes"), said(`, about ${durationText(took)}${how.length > 0 ? `: ${how.slice(0, 5).join(", ")}` : ""}`)], // prettier-ignore
  ];
}

/** Whether approving starts something that has no way back. */
export function isIrreversible(plan: readonly PlannedStep[]): boolean {
  return plan.some((step) => step.plan.changesSomething && !step.plan.rollbackPlan.available);
}
