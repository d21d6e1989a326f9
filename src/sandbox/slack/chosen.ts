import { offeredOptions } from "./blocks/offered.ts";
import { Refused } from "./refused.ts";
import type { JsonObject } from "./types.ts";

/** What an element says once a person has used it, as it stands in `actions` and in `state.values`. */

const single: Record<string, { field: string; initial: string }> = {
  users_select: { field: "selected_user", initial: "initial_user" },
  conversations_select: { field: "selected_conversation", initial: "initial_conversation" },
  channels_select: { field: "selected_channel", initial: "initial_channel" },
  datepicker: { field: "selected_date", initial: "initial_date" },
  timepicker: { field: "selected_time", initial: "initial_time" },
};

const several: Record<string, { field: string; initial: string }> = {
  multi_users_select: { field: "selected_users", initial: "initial_users" },
  multi_conversations_select: { field: "selected_conversations", initial: "initial_conversations" },
  multi_channels_select: { field: "selected_channels", initial: "initial_channels" },
};

/**
 * `{type, …}` for an element. `value` is what was typed or the chosen option's value, several separated by commas;
 * undefined leaves what the element starts with. Refuses an option that is not offered.
 */
export function chosen(element: JsonObject, value: string | undefined): JsonObject {
  const type = String(element["type"]);
  const one = single[type];
  if (one) return { type, [one.field]: filled(value) ?? element[one.initial] ?? null };
  const many = several[type];
  if (many) return { type, [many.field]: value === undefined ? (element[many.initial] ?? []) : list(value) };
  switch (type) {
    case "button":
    case "icon_button":
      return { type };
    case "static_select":
    case "external_select":
    case "radio_buttons":
    case "overflow":
      return {
        type,
        selected_option:
          option(element, filled(value)) ?? (value === undefined ? element["initial_option"] : null) ?? null,
      };
    case "checkboxes":
    case "multi_static_select":
      return {
        type,
        selected_options:
          value === undefined ? (element["initial_options"] ?? []) : list(value).map((one) => option(element, one)),
      };
    case "datetimepicker":
      return {
        type,
        selected_date_time: filled(value) === undefined ? (element["initial_date_time"] ?? null) : Number(value),
      };
    default:
      return { type, value: value === undefined ? (element["initial_value"] ?? null) : value === "" ? null : value };
  }
}

function filled(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function list(value: string): string[] {
  return value.split(",").filter((entry) => entry !== "");
}

function option(element: JsonObject, value: string | undefined): JsonObject | undefined {
  if (value === undefined) return undefined;
  const found = offeredOptions(element).find((entry) => entry["value"] === value);
  if (!found) throw new Refused(`the menu does not offer "${value}"`);
  return found;
}

/** Whether nothing has been entered or chosen. */
export function isEmpty(state: JsonObject): boolean {
  return Object.entries(state)
    .filter(([name]) => name !== "type")
    .every(([, value]) => value === null || value === undefined || (Array.isArray(value) && value.length === 0));
}
