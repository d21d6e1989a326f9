import { blockLimits } from "../limits.ts";
import { array, boolean, known, number, object, oneOf, optional, required, string, url, variant } from "./check.ts";
import type { Check, Field } from "./check.ts";

/** `rich_text` and everything inside it. */

const style = optional(
  object({
    bold: optional(boolean),
    italic: optional(boolean),
    strike: optional(boolean),
    code: optional(boolean),
    underline: optional(boolean),
  }),
);

function inline(fields: Record<string, Field>): Check {
  return object({ type: known, ...fields, style });
}

const text = inline({ text: required(string()) });
const link = inline({
  url: required(url(blockLimits.url)),
  text: optional(string()),
  unsafe: optional(boolean),
});

const inlines = variant({
  text,
  link,
  user: inline({ user_id: required(string()) }),
  usergroup: inline({ usergroup_id: required(string()) }),
  channel: inline({ channel_id: required(string()) }),
  team: inline({ team_id: required(string()) }),
  broadcast: inline({ range: required(oneOf("here", "channel", "everyone")) }),
  color: inline({ value: required(string()) }),
  emoji: inline({ name: required(string()), unicode: optional(string()), url: optional(string()) }),
  date: inline({
    timestamp: required(number({ integer: true })),
    format: required(string()),
    url: optional(url(blockLimits.url)),
    fallback: optional(string()),
  }),
});

const border = optional(number({ min: 0, max: 1, integer: true }));
const section = object({ type: known, elements: required(array(inlines)) });

const parts = variant({
  rich_text_section: section,
  rich_text_list: object({
    type: known,
    style: required(oneOf("bullet", "ordered")),
    elements: required(array(variant({ rich_text_section: section }))),
    indent: optional(number({ min: 0, max: 8, integer: true })),
    offset: optional(number({ min: 0, integer: true })),
    border,
  }),
  rich_text_quote: object({ type: known, elements: required(array(inlines)), border }),
  rich_text_preformatted: object({
    type: known,
    elements: required(array(variant({ text, link }))),
    language: optional(string()),
    border,
  }),
});

/** A whole `rich_text` block; also used as a value (task cards, table cells). */
export const richText = object({
  type: known,
  block_id: optional(string({ max: blockLimits.id })),
  elements: required(array(parts)),
});

export const richTextValue = variant({ rich_text: richText });
