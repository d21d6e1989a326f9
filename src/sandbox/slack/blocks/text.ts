import { elementLimits } from "../limits.ts";
import { array, boolean, fail, known, object, oneOf, optional, required, string, url, variant } from "./check.ts";
import type { Check } from "./check.ts";

/** Composition objects: text, confirm dialogs and options. */

function plain(max: number): Check {
  return object({ type: known, text: required(string({ max })), emoji: optional(boolean) });
}

function mrkdwn(max: number): Check {
  return object({ type: known, text: required(string({ max })), verbatim: optional(boolean) });
}

/** Slack reports a bad text object twice: once as a whole, then in detail. */
function asOneSchema(check: Check): Check {
  return (value, pointer, report) => {
    const inner = { surface: report.surface, problems: [] };
    check(value, pointer, inner);
    if (inner.problems.length === 0) return;
    fail(report, pointer, "all_of", "failed to match all allowed schemas");
    report.problems.push(...inner.problems);
  };
}

/** A `plain_text` object of 1 to `max` characters. */
export function plainText(max: number): Check {
  return asOneSchema(variant({ plain_text: plain(max) }));
}

/** A `plain_text` or `mrkdwn` object of 1 to `max` characters. */
export function anyText(max: number): Check {
  return asOneSchema(variant({ plain_text: plain(max), mrkdwn: mrkdwn(max) }));
}

/** A `mrkdwn` object of 1 to `max` characters. */
export function markdownText(max: number): Check {
  return asOneSchema(variant({ mrkdwn: mrkdwn(max) }));
}

export const confirmDialog = object({
  title: optional(plainText(elementLimits.confirmTitle)),
  text: required(anyText(elementLimits.confirmText)),
  confirm: optional(plainText(elementLimits.confirmButton)),
  deny: optional(plainText(elementLimits.confirmButton)),
  style: optional(oneOf("primary", "danger")),
});

function option(text: Check, withUrl: boolean): Check {
  return object({
    text: required(text),
    value: required(string({ max: elementLimits.optionValue })),
    description: optional(plainText(elementLimits.optionDescription)),
    ...(withUrl ? { url: optional(url(3_000)) } : {}),
  });
}

export const selectOption = option(plainText(elementLimits.optionText), false);
export const overflowOption = option(plainText(elementLimits.optionText), true);
/** Radio buttons and checkboxes also take mrkdwn. */
export const choiceOption = option(anyText(elementLimits.optionText), false);

export const optionGroup = object({
  label: required(plainText(elementLimits.optionText)),
  options: required(array(selectOption, { min: 1, max: elementLimits.selectOptions })),
});
