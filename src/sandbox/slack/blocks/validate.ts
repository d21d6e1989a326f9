import { messageLimits, viewLimits } from "../limits.ts";
import type { Block, JsonObject } from "../types.ts";
import { array, boolean, fail, isObject, missing, object, oneOf, optional, required, string } from "./check.ts";
import type { Problem, Report, Surface } from "./check.ts";
import { anyBlock } from "./layout.ts";
import { plainText } from "./text.ts";

/** Whole payloads: the blocks of a message, a view, and the rules that span several blocks. */

interface Verdict {
  /** Slack's error code when something is wrong. */
  error?: "invalid_blocks" | "invalid_attachments" | "msg_blocks_too_long";
  problems: Problem[];
}

/** Blocks for a message; pointers start at `pointer` (`/blocks` for message methods, empty for `blocks.validate`). */
export function checkMessageBlocks(blocks: unknown, pointer: string): Verdict {
  const report: Report = { surface: "message", problems: [] };
  array(anyBlock, { max: messageLimits.blocks })(blocks, pointer, report);
  const list = Array.isArray(blocks) ? blocks.filter(isObject) : [];
  acrossBlocks(list, pointer, report);
  const all = opened(list);
  const charts = all.filter(({ type }) => type === "data_visualization");
  if (charts.length > messageLimits.charts)
    fail(report, pointer, "max_items", `no more than ${messageLimits.charts} data_visualization blocks allowed`);
  atMost(all, "markdown", messageLimits.markdownText, pointer, report);
  atMost(all, "table", messageLimits.tableText, pointer, report);
  atMost(all, "data_table", messageLimits.dataTableText, pointer, report);
  if (report.problems.length > 0) return { error: "invalid_blocks", problems: report.problems };
  if (all.filter(({ type }) => type === "table" || type === "data_table").length > messageLimits.tables) {
    fail(report, pointer, "max_items", "only_one_table_allowed");
    return { error: "invalid_attachments", problems: report.problems };
  }
  if (textLength(list.filter(({ type }) => type !== "data_table")) > messageLimits.allBlockText)
    return { error: "msg_blocks_too_long", problems: [] };
  return { problems: [] };
}

/** A modal or a Home tab; pointers start at `pointer` (`/view` for `views.*`). */
export function checkView(view: unknown, pointer: string, allowed: ("modal" | "home")[]): Problem[] {
  const surface: Surface = isObject(view) && view["type"] === "home" ? "home" : "modal";
  const report: Report = { surface, problems: [] };
  const common = {
    type: required(oneOf(...allowed)),
    blocks: required(array(anyBlock, { max: viewLimits.blocks })),
    private_metadata: optional(string({ min: 0, max: viewLimits.privateMetadata })),
    callback_id: optional(string({ min: 0, max: viewLimits.callbackId })),
    external_id: optional(string({ min: 0, max: viewLimits.externalId })),
  };
  const label = plainText(viewLimits.title);
  const modal = {
    title: required(label),
    submit: optional(label),
    close: optional(label),
    clear_on_close: optional(boolean),
    notify_on_close: optional(boolean),
    submit_disabled: optional(boolean),
  };
  object(surface === "home" ? common : { ...common, ...modal })(view, pointer, report);
  if (!isObject(view)) return report.problems;
  const list = Array.isArray(view["blocks"]) ? view["blocks"].filter(isObject) : [];
  acrossBlocks(list, `${pointer}/blocks`, report);
  if (surface === "modal" && view["submit"] === undefined && list.some(({ type }) => type === "input"))
    missing(report, pointer, "submit");
  return report.problems;
}

/** Blocks with containers opened up: each interactive part belongs to one of these. */
export function leaves(blocks: Block[]): Block[] {
  return blocks.flatMap((block) =>
    block.type === "container" && Array.isArray(block["child_blocks"]) ? (block["child_blocks"] as Block[]) : [block],
  );
}

/** Blocks with those inside containers. */
function opened(blocks: JsonObject[]): JsonObject[] {
  return blocks.flatMap((block) => [
    block,
    ...(Array.isArray(block["child_blocks"]) ? block["child_blocks"].filter(isObject) : []),
  ]);
}

/** Ids are unique, and at most one element takes the focus. */
function acrossBlocks(blocks: JsonObject[], pointer: string, report: Report): void {
  const seen = new Set<unknown>();
  let focused = 0;
  for (const [index, block] of blocks.entries()) {
    if (block["block_id"] !== undefined && seen.has(block["block_id"]))
      fail(report, `${pointer}/${index}/block_id`, "unique_items", "Input contains duplicate items");
    seen.add(block["block_id"]);
    const elements = elementsOf(block);
    const ids = elements.map((element) => element["action_id"]).filter((id) => id !== undefined);
    if (new Set(ids).size < ids.length)
      fail(report, `${pointer}/${index}/elements`, "unique_items", "Input contains duplicate items");
    focused += elements.filter((element) => element["focus_on_load"] === true).length;
  }
  if (focused > 1) fail(report, pointer, "unique_items", "Input contains duplicate items");
}

/** The interactive parts of a block and of the blocks inside it: elements, accessory, input, a card's buttons. */
export function elementsOf(block: JsonObject): JsonObject[] {
  const list = (name: string) => (Array.isArray(block[name]) ? block[name].filter(isObject) : []);
  switch (block["type"]) {
    case "actions":
    case "context_actions":
      return list("elements");
    case "card":
      return list("actions");
    case "carousel":
      return list("elements").flatMap(elementsOf);
    case "container":
      return list("child_blocks").flatMap(elementsOf);
    default:
      return [block["accessory"], block["element"]].filter(isObject);
  }
}

function atMost(blocks: JsonObject[], type: string, max: number, pointer: string, report: Report): void {
  const length = textLength(blocks.filter((block) => block["type"] === type));
  if (length > max) fail(report, pointer, "max_length", `must be less than ${max + 1} characters`);
}

/** Characters of everything a reader sees as text. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + textLength(entry), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce((sum, [name, entry]) => {
    const own = (name === "text" || name === "title") && typeof entry === "string" ? entry.length : 0;
    return sum + own + textLength(entry);
  }, 0);
}

/** `blocks` as sent: JSON text or an array; undefined when it is neither. */
export function parseBlocks(value: unknown): Block[] | undefined {
  let parsed = value;
  if (typeof value === "string") {
    try {
      parsed = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  return Array.isArray(parsed) ? (parsed as Block[]) : undefined;
}
