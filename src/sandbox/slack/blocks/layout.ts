import { blockLimits, messageLimits } from "../limits.ts";
import type { JsonObject } from "../types.ts";
import { array, boolean, known, missing, object, oneOf, optional, required, string, variant } from "./check.ts";
import type { Check, Field, Report, Surface } from "./check.ts";
import { card, carousel, container, contextActions } from "./card-blocks.ts";
import { chart, dataTable, plan, table, taskCard } from "./data-blocks.ts";
import { accessoryElement, actionElement, imageElement, imageFields, inputElement, oneSource } from "./elements.ts";
import { richText } from "./rich-text.ts";
import { anyText, plainText } from "./text.ts";

/** Every block, and the surfaces it works on (slack.md 2.3). A new block is one entry in `blocks`. */

function block(fields: Record<string, Field>, also?: Parameters<typeof object>[1]): Check {
  return object({ type: known, block_id: optional(string({ max: blockLimits.id })), ...fields }, also);
}

function textOrFields(value: JsonObject, pointer: string, report: Report): void {
  if (value["text"] === undefined && value["fields"] === undefined) missing(report, pointer, "text");
}

const contextElement: Check = (value, pointer, report) => {
  const text = anyText(blockLimits.text);
  variant({ plain_text: text, mrkdwn: text, image: imageElement })(value, pointer, report);
};

const everywhere: Surface[] = ["message", "modal", "home"];

const blocks: Record<string, { check: Check; on: Surface[] }> = {
  section: {
    on: everywhere,
    check: block(
      {
        text: optional(anyText(blockLimits.text)),
        fields: optional(array(anyText(blockLimits.field), { min: 1, max: blockLimits.fields })),
        accessory: optional(accessoryElement),
        expand: optional(boolean),
      },
      textOrFields,
    ),
  },
  header: { on: everywhere, check: block({ text: required(plainText(blockLimits.header)) }) },
  context: {
    on: everywhere,
    check: block({ elements: required(array(contextElement, { min: 1, max: blockLimits.contextElements })) }),
  },
  divider: { on: everywhere, check: block({}) },
  image: {
    on: everywhere,
    check: block({ ...imageFields, title: optional(plainText(blockLimits.imageTitle)) }, oneSource),
  },
  actions: {
    on: everywhere,
    check: block({ elements: required(array(actionElement, { min: 1, max: blockLimits.actionElements })) }),
  },
  input: {
    on: everywhere,
    check: block({
      label: required(plainText(blockLimits.inputLabel)),
      hint: optional(plainText(blockLimits.inputLabel)),
      optional: optional(boolean),
      dispatch_action: optional(boolean),
      element: required(inputElement),
    }),
  },
  rich_text: { on: everywhere, check: richText },
  alert: {
    on: ["modal"],
    check: block({
      text: required(anyText(blockLimits.alert)),
      level: optional(oneOf("default", "info", "warning", "error", "success")),
    }),
  },
  plan: { on: ["message"], check: plan },
  task_card: { on: ["message"], check: taskCard },
  markdown: { on: ["message"], check: block({ text: required(string({ max: messageLimits.markdownText })) }) },
  table: { on: ["message"], check: table },
  data_table: { on: ["message"], check: dataTable },
  card: { on: ["message", "home"], check: card },
  carousel: { on: ["message", "home"], check: carousel },
  context_actions: { on: ["message"], check: contextActions },
  data_visualization: { on: ["message", "home"], check: chart },
};

const insideContainer = ["actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table"];
const inner = Object.fromEntries(insideContainer.map((type) => [type, blocks[type]!.check]));

function allowedOn(surface: Surface): Check {
  const all = { ...blocks, container: { on: ["message", "home"], check: container(inner) } };
  const entries = Object.entries(all).filter(([, { on }]) => on.includes(surface));
  return variant(Object.fromEntries(entries.map(([type, { check }]) => [type, check])));
}

const bySurface = { message: allowedOn("message"), modal: allowedOn("modal"), home: allowedOn("home") };

/** Any one block, if it works on the surface of the report. */
export const anyBlock: Check = (value, pointer, report) => bySurface[report.surface](value, pointer, report);
