import type { JsonObject } from "./types.ts";

/** Arguments arrive as form fields (all text, structures as JSON text) or as JSON; these read both alike. */

/** A body in either encoding, over the query's arguments. Throws SyntaxError for a JSON body that is not an object. */
export function readArguments(contentType: string, body: string, query: JsonObject): JsonObject {
  if (body === "") return { ...query };
  if (contentType.startsWith("application/json")) {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new SyntaxError("not an object");
    return { ...query, ...parsed };
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
}

/** Text, or undefined when missing or empty. */
export function text(args: JsonObject, name: string): string | undefined {
  const value = args[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** True for `true`, `"true"` and `"1"`. */
export function flag(args: JsonObject, name: string): boolean {
  const value = args[name];
  return value === true || value === "true" || value === "1" || value === 1;
}

/** A whole number within the bounds; the fallback when missing or not a number. */
export function count(args: JsonObject, name: string, fallback: number, max: number): number {
  const value = Number(args[name] ?? fallback);
  return Number.isInteger(value) && value > 0 ? Math.min(value, max) : fallback;
}

/** A structured argument; `invalid` when it is text but not JSON. */
export function structure(args: JsonObject, name: string): { value: unknown; invalid: boolean } {
  const value = args[name];
  if (typeof value !== "string") return { value, invalid: false };
  if (value === "") return { value: undefined, invalid: false };
  try {
    return { value: JSON.parse(value) as unknown, invalid: false };
  } catch {
    return { value: undefined, invalid: true };
  }
}
