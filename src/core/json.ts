import { createHash } from "node:crypto";
import { PolicyError } from "./errors.ts";

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for a plain object, the only kind of object JSON knows besides arrays. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Canonical JSON: keys sorted by UTF-16 units, no white space, no `undefined`, no NaN or Infinity, integers
 * beyond 2^53 refused. Two equal values always give the same text, which plain `JSON.stringify` does not promise.
 * @throws PolicyError `bad_input` for anything JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (
    typeof value === "object" &&
    (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
  )
    return canonicalObject(value as Record<string, unknown>);
  throw new PolicyError("bad_input", `a ${typeof value} has no canonical JSON`);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new PolicyError("bad_input", `${value} has no canonical JSON`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new PolicyError("bad_input", `${value} is beyond 2^53: write it as a string`);
  return JSON.stringify(value);
}

function canonicalObject(value: Record<string, unknown>): string {
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(",")}}`;
}

/** SHA-256 of the canonical JSON, 64 hex digits: what an approval binds to and what documents answer to. */
export function digest(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
