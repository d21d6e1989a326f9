import type { Block } from "./block.ts";
import { clean } from "./text.ts";

export interface Style {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly code?: boolean;
}

/** A piece of rich text. Slack shows `text` exactly as it is: no mention, link or format can hide in it. */
export type Part =
  | { readonly type: "text"; readonly text: string; readonly style?: Style }
  | { readonly type: "user"; readonly user_id: string }
  | { readonly type: "usergroup"; readonly usergroup_id: string }
  | { readonly type: "link"; readonly url: string; readonly text: string }
  | { readonly type: "date"; readonly timestamp: number; readonly format: string; readonly fallback: string };

/** A line of parts. */
export type Line = readonly Part[];

const partMax = 600;
const newLine: Part = { type: "text", text: "\n" };

/** Text as it is, cleaned and cut. */
export function said(text: string, style?: Style, max = partMax): Part {
  if (text.trim() === "") return { type: "text", text: " " };
  // Spaces at the ends separate parts, so they survive the cleaning.
  const safe = `${/^\s/.test(text) ? " " : ""}${clean(text, max)}${/\S\s+$/.test(text) ? " " : ""}`;
  return { type: "text", text: safe, ...(style ? { style } : {}) };
}

export const bold = (text: string): Part => said(text, { bold: true });
export const code = (text: string): Part => said(text, { code: true });

/** Lines as one `rich_text` block, each on its own line. */
export function richLines(blockId: string, lines: readonly Line[]): Block {
  const elements = lines.flatMap((line, index): Line => (index === 0 ? line : [newLine, ...line]));
  return { type: "rich_text", block_id: blockId, elements: [{ type: "rich_text_section", elements }] };
}

/** A bold head line over bullets. */
export function richList(blockId: string, head: Line, items: readonly Line[]): Block {
  const list = items.map((elements) => ({ type: "rich_text_section", elements }));
  const bullets = list.length === 0 ? [] : [{ type: "rich_text_list", style: "bullet", elements: list }];
  return {
    type: "rich_text",
    block_id: blockId,
    elements: [{ type: "rich_text_section", elements: head }, ...bullets],
  };
}

/** What a line takes of the budget, a little more than Slack counts. */
function lineLength(line: Line): number {
  return line.reduce((sum, part) => sum + ("text" in part ? part.text.length : 20), 0);
}

/** As many lines as fit; the rest is counted, not silently lost. */
export function fitLines(lines: readonly Line[], budget: number, mostLines: number): readonly Line[] {
  let used = 0;
  let kept = 0;
  for (const line of lines) {
    used += lineLength(line);
    if (used > budget || kept === mostLines) break;
    kept++;
  }
  if (kept === lines.length) return lines;
  return [...lines.slice(0, kept), [said(`… and ${lines.length - kept} more: see Details`, { italic: true })]];
}
