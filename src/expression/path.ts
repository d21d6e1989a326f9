import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { isForbiddenName } from "./limits.ts";

/** The names an expression or a template can see. A name that is not an own property is unknown, never `undefined`. */
export type Scope = JsonObject;

const segment = /\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*(?:'([^'\\]*)'|"([^"\\]*)"|(\d{1,6}))\s*\])/y;
const root = /\s*([A-Za-z_][A-Za-z0-9_]*)/y;

/**
 * Parses `a.b['c'][0]` into its segments.
 * @returns undefined when the text is not a plain path, or names something like `__proto__` (I7).
 */
export function parsePath(text: string): readonly string[] | undefined {
  root.lastIndex = 0;
  const first = root.exec(text);
  if (first === null) return undefined;
  const segments = [first[1]!];
  let position = root.lastIndex;
  while (text.slice(position).trim() !== "") {
    segment.lastIndex = position;
    const match = segment.exec(text);
    if (match === null) return undefined;
    segments.push(match[1] ?? match[2] ?? match[3] ?? match[4]!);
    position = segment.lastIndex;
  }
  return segments.some(isForbiddenName) || segments.length > 32 ? undefined : segments;
}

/** Own property or list element; `undefined` means unknown. Never walks a prototype chain. */
export function member(value: Json, key: string): Json | undefined {
  if (isForbiddenName(key)) return undefined;
  if (Array.isArray(value)) return /^\d{1,6}$/.test(key) ? (value as readonly Json[])[Number(key)] : undefined;
  if (isJsonObject(value)) return Object.hasOwn(value, key) ? value[key] : undefined;
  return undefined;
}

/** Follows a path through a scope; `undefined` as soon as one segment is not there. */
export function lookupPath(scope: Scope, segments: readonly string[]): Json | undefined {
  let value: Json | undefined = scope;
  for (const key of segments) {
    if (value === undefined) return undefined;
    value = member(value, key);
  }
  return value;
}
