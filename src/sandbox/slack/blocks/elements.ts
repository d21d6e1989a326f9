import { blockLimits, elementLimits } from "../limits.ts";
import type { JsonObject } from "../types.ts";
import {
  array,
  boolean,
  fail,
  isObject,
  known,
  missing,
  number,
  object,
  oneOf,
  optional,
  pattern,
  required,
  string,
  url,
  variant,
} from "./check.ts";
import type { Check, Field, Report } from "./check.ts";
import { objects, offeredOptions } from "./offered.ts";
import { richTextValue } from "./rich-text.ts";
import { choiceOption, confirmDialog, optionGroup, overflowOption, plainText, selectOption } from "./text.ts";

/** Interactive elements and images: one entry a type, and which block takes which. */

const action = { type: known, action_id: optional(string({ max: blockLimits.id })) };
const confirm = { confirm: optional(confirmDialog) };
const focus = { focus_on_load: optional(boolean) };
const placeholder = { placeholder: optional(plainText(elementLimits.placeholder)) };
const ids = optional(array(string(), { min: 1 }));
const maxSelected = { max_selected_items: optional(number({ min: 1, integer: true })) };
const dispatch = {
  dispatch_action_config: optional(
    object({ trigger_actions_on: optional(array(oneOf("on_enter_pressed", "on_character_entered"), { min: 1 })) }),
  ),
};

function select(fields: Record<string, Field>, also?: Parameters<typeof object>[1]): Check {
  return object({ ...action, ...confirm, ...focus, ...placeholder, ...fields }, also);
}

function picker(fields: Record<string, Field>): Check {
  return object({ ...action, ...confirm, ...focus, ...fields });
}

function textInput(fields: Record<string, Field>): Check {
  return object({ ...action, ...focus, ...placeholder, ...dispatch, ...fields });
}

const listed = {
  options: optional(array(selectOption, { min: 1, max: elementLimits.selectOptions })),
  option_groups: optional(array(optionGroup, { min: 1, max: elementLimits.optionGroups })),
};
const choices = required(array(choiceOption, { min: 1, max: elementLimits.choiceOptions }));
const time = pattern(/^([01]\d|2[0-3]):[0-5]\d$/);
const date = pattern(/^\d{4}-\d{2}-\d{2}$/);
const responseUrl = { response_url_enabled: optional(boolean) };

/** A static menu has options or groups of them, and starts with one of its own. */
function menu(value: JsonObject, pointer: string, report: Report): void {
  if (value["options"] === undefined && value["option_groups"] === undefined) missing(report, pointer, "options");
  if (value["options"] !== undefined && value["option_groups"] !== undefined)
    fail(report, pointer, "one_of", "failed to match exactly one allowed schema");
  initialIsOffered(value, pointer, report);
}

function initialIsOffered(value: JsonObject, pointer: string, report: Report): void {
  const values = new Set(offeredOptions(value).map((entry) => entry["value"]));
  const initial = value["initial_option"];
  if (isObject(initial) && !values.has(initial["value"]))
    fail(report, `${pointer}/initial_option`, "enum", "must be a valid enum value");
  if (objects(value["initial_options"]).some((chosen) => !values.has(chosen["value"])))
    fail(report, `${pointer}/initial_options`, "enum", "must be a valid enum value");
}

export const button = object({
  ...action,
  ...confirm,
  text: required(plainText(elementLimits.buttonText)),
  value: optional(string({ min: 0, max: elementLimits.buttonValue })),
  url: optional(url(blockLimits.url)),
  style: optional(oneOf("primary", "danger")),
  accessibility_label: optional(string({ max: elementLimits.accessibilityLabel })),
});

const pickers: Record<string, Check> = {
  static_select: select({ ...listed, initial_option: optional(selectOption) }, menu),
  external_select: select({ initial_option: optional(selectOption), min_query_length: optional(number({ min: 0 })) }),
  users_select: select({ initial_user: optional(string()) }),
  conversations_select: select({
    initial_conversation: optional(string()),
    default_to_current_conversation: optional(boolean),
    filter: optional(() => undefined),
    ...responseUrl,
  }),
  channels_select: select({ initial_channel: optional(string()), ...responseUrl }),
  multi_static_select: select(
    { ...listed, ...maxSelected, initial_options: optional(array(selectOption, { min: 1 })) },
    menu,
  ),
  multi_users_select: select({ ...maxSelected, initial_users: ids }),
  multi_conversations_select: select({
    ...maxSelected,
    initial_conversations: ids,
    default_to_current_conversation: optional(boolean),
    filter: optional(() => undefined),
  }),
  multi_channels_select: select({ ...maxSelected, initial_channels: ids }),
  datepicker: select({ initial_date: optional(date) }),
  timepicker: select({ initial_time: optional(time), timezone: optional(string()) }),
  radio_buttons: object(
    { ...action, ...confirm, ...focus, options: choices, initial_option: optional(choiceOption) },
    initialIsOffered,
  ),
  checkboxes: object(
    { ...action, ...confirm, ...focus, options: choices, initial_options: optional(array(choiceOption, { min: 1 })) },
    initialIsOffered,
  ),
};

const datetimepicker = picker({ initial_date_time: optional(number({ integer: true })) });

const texts: Record<string, Check> = {
  plain_text_input: textInput({
    multiline: optional(boolean),
    initial_value: optional(string({ min: 0, max: elementLimits.inputLength })),
    min_length: optional(number({ min: 0, max: elementLimits.inputLength, integer: true })),
    max_length: optional(number({ min: 1, max: elementLimits.inputLength, integer: true })),
  }),
  number_input: textInput({
    is_decimal_allowed: required(boolean),
    initial_value: optional(string()),
    min_value: optional(string()),
    max_value: optional(string()),
  }),
  email_text_input: textInput({ initial_value: optional(string()) }),
  url_text_input: textInput({ initial_value: optional(string()) }),
  rich_text_input: textInput({
    initial_value: optional(richTextValue),
    min_lines: optional(number({ min: 1, max: elementLimits.inputLines, integer: true })),
    max_lines: optional(number({ min: 1, max: elementLimits.inputLines, integer: true })),
  }),
  file_input: object({
    ...action,
    filetypes: optional(array(string(), { min: 1 })),
    max_files: optional(number({ min: 1, max: elementLimits.inputFiles, integer: true })),
  }),
};

const overflow = object({
  ...action,
  ...confirm,
  options: required(array(overflowOption, { min: 1, max: elementLimits.overflowOptions })),
});

/** Properties of an image, as a block and as an element: an address or a file, never both. */
export const imageFields = {
  alt_text: required(string({ max: blockLimits.altText })),
  image_url: optional(url(blockLimits.url)),
  slack_file: optional(object({ id: optional(string()), url: optional(string()) })),
};

/** Exactly one source. */
export function oneSource(value: JsonObject, pointer: string, report: Report): void {
  if ((value["image_url"] === undefined) === (value["slack_file"] === undefined))
    fail(report, pointer, "one_of", "failed to match exactly one allowed schema");
}

export const imageElement = object({ type: known, ...imageFields }, oneSource);

export const actionElement = variant({ button, overflow, datetimepicker, ...pickers });
export const accessoryElement = variant({ button, overflow, image: imageElement, ...pickers });

const { plain_text_input, rich_text_input, ...modalTexts } = texts;

/** Most inputs that are not menus exist only in a modal; rich text also on the Home tab. */
export const inputElement: Check = (value, pointer, report) => {
  const everywhere = { plain_text_input: plain_text_input!, ...pickers };
  const bySurface = {
    message: { ...everywhere, datetimepicker },
    modal: { ...everywhere, ...modalTexts, rich_text_input: rich_text_input!, datetimepicker },
    home: { ...everywhere, rich_text_input: rich_text_input! },
  };
  variant(bySurface[report.surface])(value, pointer, report);
};
