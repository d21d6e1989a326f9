import { createHash } from "node:crypto";
import type { z } from "zod";
import { PolicyError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { pointer } from "./strict-json.ts";

/** A part of a known format, checked. @throws PolicyError `bad_input` at the first thing that is wrong. */
export function checked<T>(schema: z.ZodType<T>, json: Json, base: readonly PropertyKey[], what: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = pointer([...base, ...issue.path]);
  throw new PolicyError("bad_input", `${path}: ${issue.message}`, { path, hint: `it was read as ${what}` });
}

/** A time as UTC ISO 8601. @throws PolicyError `bad_input` for anything no calendar between 1970 and 9999 has. */
export function isoTime(text: string, path: readonly PropertyKey[]): string {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!(time >= 0 && time < 253_402_300_800_000))
    throw new PolicyError("bad_input", `${pointer(path)}: not a time`, {
      path: pointer(path),
      hint: "write 2026-11-21T10:00:00Z",
    });
  return new Date(time).toISOString();
}

/** Keys stand in unique indexes, whose entries PostgreSQL limits to a third of a page: a long one becomes its hash. */
export function shortKey(key: string): string {
  return Buffer.byteLength(key) <= 512 ? key : `sha256:${createHash("sha256").update(key).digest("hex")}`;
}
