import { isObject } from "./check.ts";
import type { JsonObject } from "../types.ts";

/** Every option a menu offers, groups opened up. */
export function offeredOptions(element: JsonObject): JsonObject[] {
  return [element, ...objects(element["option_groups"])].flatMap((from) => objects(from["options"]));
}

/** The objects of a list; empty when it is not a list. */
export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
