import type { ApprovalView } from "../../core/approval.ts";
import type { RunView } from "../../core/run.ts";
import type { Block } from "./block.ts";
import { cardButtons } from "./card-buttons.ts";
import { factsBlock } from "./facts.ts";
import { dateMention } from "./mention.ts";
import { outcomeLines } from "./outcome.ts";
import { actions, context, header, trustedSection, withinLimits } from "./parts.ts";
import { headline, phaseOf, type Phase } from "./phase.ts";
import { planBlocks } from "./plan.ts";
import { bold, fitLines, richLines, richList, said } from "./rich.ts";
import { escaped, shortDigest } from "./text.ts";
import { escalationLines, needsText, openStage, rolesText, tallyText, voteLines } from "./votes.ts";

export interface CardView {
  readonly run: RunView;
  /** The newest request of the run. */
  readonly approval: ApprovalView | undefined;
  /** Grows with every change of the message: Slack wants new block ids each time. */
  readonly iteration: number;
}

export interface Rendered {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** The card of a finding, or of a further request about it, in its present state (slack.md 6.2, 6.3). */
export function cardMessage(view: CardView): Rendered {
  const { run, approval, iteration } = view;
  const phase = phaseOf(run, approval);
  const id = (name: string) => `${name}:${approval?.revision ?? 0}:${iteration}`;
  const record = [
    ...(phase === "denied" ? [[said(run.title, { strike: true })]] : []),
    ...(approval ? voteLines(approval).slice(0, 20) : []),
    ...(approval ? escalationLines(approval) : []),
    ...outcomeLines(run, approval, phase),
  ];
  const buttons = cardButtons(run, approval, phase);
  const plan = approval && approval.plan.length > 0 ? approval.plan : run.plan;
  const blocks: Block[] = [
    header(id("head"), headline(run, phase)),
    factsBlock(id("facts"), run, approval),
    ...(phase === "asking" && approval ? [trustedSection(id("needs"), needsText(approval))] : []),
    ...(record.length > 0 ? [richLines(id("record"), fitLines(record, 3_000, 24))] : []),
    ...planBlocks(id("plan"), plan, planTitle(run, phase)),
    ...(run.notes.length > 0 ? [notesBlock(id("notes"), run.notes, phase)] : []),
    context(id("context"), contextTexts(view)),
    ...(buttons.length > 0 ? [actions(id("buttons"), buttons)] : []),
  ];
  return { text: notification(run, approval, phase), blocks: withinLimits(blocks) };
}

/** The same message without the newest block types, for a Slack that refuses them. */
export function plainCard(view: CardView, rendered: Rendered): readonly Block[] {
  const { run, approval, iteration } = view;
  const phase = phaseOf(run, approval);
  const buttons = cardButtons(run, approval, phase);
  return [
    trustedSection(`plain:${iteration}`, rendered.text),
    context(`plain-context:${iteration}`, contextTexts(view)),
    ...(buttons.length > 0 ? [actions(`plain-buttons:${iteration}`, buttons)] : []),
  ];
}

/** Why somebody is asked, and whatever else the run noted. */
function notesBlock(blockId: string, notes: readonly string[], phase: Phase): Block {
  const lines = notes.map((note) => [said(note, undefined, 300)]);
  return richList(blockId, [bold(phase === "asking" ? "Why you are asked" : "Notes")], fitLines(lines, 1_200, 5));
}

function planTitle(run: RunView, phase: Phase) {
  if (phase === "asking" || phase === "working") return "What will happen";
  return phase === "done" && run.undoState !== "succeeded" ? "What changed" : "What was planned";
}

function contextTexts({ run, approval }: CardView): readonly string[] {
  const digests = [
    ...(approval ? [`plan \`${shortDigest(approval.planDigest)}\``] : []),
    `workflow \`${shortDigest(run.workflowDigest)}\``,
  ];
  // The end of the id is enough for `/policycortex status`.
  return [`run \`${run.id.slice(-12)}\``, digests.join(" · ")];
}

/** What notifications say: the first line, who is asked, and the deadline. */
function notification(run: RunView, approval: ApprovalView | undefined, phase: Phase): string {
  const first = escaped(headline(run, phase), 400);
  if (phase !== "asking" || !approval) return first;
  const stage = openStage(approval);
  const needs = stage ? ` Needs ${tallyText(approval)} from ${rolesText(stage.roles)}.` : "";
  return `${first}.${needs} Expires ${dateMention(approval.expiresAt)}.`;
}
