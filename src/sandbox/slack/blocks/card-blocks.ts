import { blockLimits, elementLimits } from "../limits.ts";
import type { JsonObject } from "../types.ts";
import { array, boolean, fail, known, missing, object, oneOf, optional, required, string, variant } from "./check.ts";
import type { Check, Report } from "./check.ts";
import { button, imageElement } from "./elements.ts";
import { richTextValue } from "./rich-text.ts";
import { anyText, confirmDialog, markdownText, plainText } from "./text.ts";

/** Blocks that hold other things: cards, carousels, containers, and the small actions below a message. */

const blockId = { block_id: optional(string({ max: blockLimits.id })) };
const picture = optional(variant({ image: imageElement }));

function needsSomething(value: JsonObject, pointer: string, report: Report): void {
  if (["hero_image", "title", "body", "actions"].every((name) => value[name] === undefined))
    missing(report, pointer, "title");
}

export const card = object(
  {
    type: known,
    ...blockId,
    hero_image: picture,
    icon: picture,
    title: optional(markdownText(blockLimits.cardTitle)),
    subtitle: optional(markdownText(blockLimits.cardTitle)),
    body: optional(markdownText(blockLimits.cardBody)),
    actions: optional(array(variant({ button }), { min: 1, max: blockLimits.cardActions })),
  },
  needsSomething,
);

export const carousel = object({
  type: known,
  ...blockId,
  elements: required(array(variant({ card }), { min: 1, max: blockLimits.carouselCards })),
});

/** A container around the given kinds of block; it has a title of either sort. */
export function container(inside: Record<string, Check>): Check {
  return object(
    {
      type: known,
      ...blockId,
      title: optional(plainText(blockLimits.containerTitle)),
      rich_text_title: optional(richTextValue),
      subtitle: optional(anyText(blockLimits.containerTitle)),
      child_blocks: required(array(variant(inside), { min: 1, max: blockLimits.containerBlocks })),
      width: optional(oneOf("narrow", "standard", "wide", "full")),
      icon: picture,
      is_collapsible: optional(boolean),
      default_collapsed: optional(boolean),
      has_header_divider: optional(boolean),
    },
    (value, pointer, report) => {
      if (value["title"] === undefined && value["rich_text_title"] === undefined) missing(report, pointer, "title");
      if (value["default_collapsed"] === true && value["is_collapsible"] !== true)
        fail(report, `${pointer}/default_collapsed`, "all_of", "failed to match all allowed schemas");
    },
  );
}

const label = { accessibility_label: optional(string({ max: elementLimits.accessibilityLabel })) };
const value = string({ min: 0, max: elementLimits.buttonValue });
const feedback = required(
  object({ text: required(plainText(elementLimits.buttonText)), value: required(value), ...label }),
);
const actionId = { action_id: optional(string({ max: blockLimits.id })) };

export const contextActions = object({
  type: known,
  ...blockId,
  elements: required(
    array(
      variant({
        feedback_buttons: object({ type: known, ...actionId, positive_button: feedback, negative_button: feedback }),
        icon_button: object({
          type: known,
          ...actionId,
          ...label,
          icon: required(string()),
          text: required(plainText(elementLimits.buttonText)),
          value: optional(value),
          confirm: optional(confirmDialog),
          visible_to_user_ids: optional(array(string(), { max: elementLimits.visibleTo })),
        }),
      }),
      { min: 1, max: blockLimits.contextActions },
    ),
  ),
});
