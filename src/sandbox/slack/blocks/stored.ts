import type { Block, JsonObject } from "../types.ts";
import { isObject } from "./check.ts";
import { elementsOf, leaves } from "./validate.ts";

/** Blocks as Slack stores them: generated ids, `emoji` and `verbatim` filled in. What went in is not changed. */
export function storedBlocks(blocks: Block[], makeId: () => string): Block[] {
  const copies = structuredClone(blocks);
  for (const block of leaves(copies)) block.block_id ??= makeId();
  for (const block of copies) {
    block.block_id ??= makeId();
    for (const element of elementsOf(block))
      if (element["type"] !== "image" && element["action_id"] === undefined) element["action_id"] = makeId();
    fillText(block);
  }
  return copies;
}

function fillText(value: unknown): void {
  if (Array.isArray(value)) value.forEach(fillText);
  if (!isObject(value)) return;
  if (value["type"] === "plain_text") setDefault(value, "emoji", true);
  if (value["type"] === "mrkdwn") setDefault(value, "verbatim", false);
  Object.values(value).forEach(fillText);
}

function setDefault(value: JsonObject, name: string, fallback: boolean): void {
  value[name] ??= fallback;
}
