import { PolicyError } from "../core/errors.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const units: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", second],
  ["sec", second],
  ["second", second],
  ["seconds", second],
  ["m", minute],
  ["min", minute],
  ["minute", minute],
  ["minutes", minute],
  ["h", hour],
  ["hour", hour],
  ["hours", hour],
  ["d", day],
  ["day", day],
  ["days", day],
  ["w", 7 * day],
  ["week", 7 * day],
  ["weeks", 7 * day],
]);
/** Ten years: longer is a typing mistake, and its milliseconds still fit every column. */
const longest = 3_660 * day;
const shape = /^(\d{1,9})[ _]?([a-z]+)$/;

/**
 * Parses `30s`, `24h`, `5 minutes`, `30_days` (DESIGN 7.10): a whole number, at most one blank or underscore, a unit.
 * @returns milliseconds, at least 1, at most ten years.
 * @throws PolicyError `bad_input` for anything else: signs, fractions, exponents, several parts (I13).
 */
export function parseDuration(text: string): number {
  const match = shape.exec(text);
  const unit = match === null ? undefined : units.get(match[2]!);
  if (match === null || unit === undefined)
    throw new PolicyError("bad_input", `${JSON.stringify(text.slice(0, 60))} is not a duration`, {
      hint: "write 30s, 5 minutes, 24h or 30_days",
    });
  const milliseconds = Number(match[1]) * unit;
  if (milliseconds < 1)
    throw new PolicyError("bad_input", `${JSON.stringify(text)} is no time at all`, { hint: "write at least 1ms" });
  if (milliseconds > longest)
    throw new PolicyError("bad_input", `${JSON.stringify(text)} is longer than ten years`, {
      hint: "write a shorter duration",
    });
  return milliseconds;
}
