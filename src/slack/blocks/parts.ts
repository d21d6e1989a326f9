import type { Block } from "./block.ts";
import { clean, cleanLines, cut } from "./text.ts";

/** Slack's limits as this product keeps them (slack.md 2.3). */
const limits = { header: 150, section: 3_000, button: 75, text: 4_000, blocks: 50, allText: 12_000 } as const;

export function plain(text: string, max: number) {
  return { type: "plain_text", text: clean(text, max), emoji: false };
}

export function header(blockId: string, text: string): Block {
  return { type: "header", block_id: blockId, text: plain(text, limits.header) };
}

/** Untrusted text with its line breaks, literally. */
export function plainSection(blockId: string, text: string): Block {
  const literal = { type: "plain_text", text: cleanLines(text, limits.section), emoji: false };
  return { type: "section", block_id: blockId, text: literal };
}

/** Our own words and mentions only: whatever comes from outside is escaped by the caller. */
export function trustedSection(blockId: string, mrkdwn: string): Block {
  return {
    type: "section",
    block_id: blockId,
    text: { type: "mrkdwn", text: cut(mrkdwn, limits.section), verbatim: true },
  };
}

export function context(blockId: string, mrkdwn: readonly string[]): Block {
  const elements = mrkdwn.slice(0, 10).map((text) => ({ type: "mrkdwn", text: cut(text, 1_000), verbatim: true }));
  return { type: "context", block_id: blockId, elements };
}

export interface Button {
  readonly action: string;
  readonly label: string;
  readonly value: string;
  readonly style?: "primary" | "danger";
  /** What a screen reader says: the label alone does not tell what it is about. */
  readonly about: string;
  /** Asked before the click counts. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string };
}

export function actions(blockId: string, buttons: readonly Button[]): Block {
  return { type: "actions", block_id: blockId, elements: buttons.map(button) };
}

function button({ action, label, value, style, about, confirm }: Button) {
  return {
    type: "button",
    action_id: action,
    text: plain(label, limits.button),
    value,
    accessibility_label: clean(`${label}: ${about}`, limits.button),
    ...(style ? { style } : {}),
    ...(confirm ? { confirm: confirmation(confirm, style) } : {}),
  };
}

function confirmation(ask: NonNullable<Button["confirm"]>, style: Button["style"]) {
  return {
    title: plain(ask.title, 100),
    text: plain(ask.text, 300),
    confirm: plain(ask.yes, 30),
    deny: plain("Cancel", 30),
    ...(style ? { style } : {}),
  };
}

/** Detail that may go when a message grows too long; who, what, until when and the buttons may not. */
const droppable = /^(?:plan|note|task)/;

/** The blocks of one message, kept within what Slack takes; that something was left out is said. */
export function withinLimits(blocks: readonly Block[]): readonly Block[] {
  let kept = blocks;
  const fits = () => kept.length < limits.blocks && textLength(kept) <= limits.allText;
  while (!fits()) {
    const last = kept.findLastIndex((block) => droppable.test(block.block_id ?? ""));
    if (last === -1) break;
    kept = kept.filter((_, index) => index !== last);
  }
  if (kept.length === blocks.length) return blocks;
  return [...kept.slice(0, limits.blocks - 1), context("more", ["… and more than fits here: see the run's page"])];
}

/** Characters of everything a reader sees as text. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + textLength(entry), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, entry]) => {
    const own = typeof entry === "string" && (name === "text" || name === "title") ? entry.length : 0;
    return sum + own + textLength(entry);
  }, 0);
}
