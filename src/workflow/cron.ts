import { PolicyError } from "../core/errors.ts";

/** A parsed `cron(…)`: the values of each field, and the text node-schedule takes. Weekday 0 is Sunday. */
interface Cron {
  readonly expression: string;
  readonly second: number;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
}

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const fields: readonly Field[] = [
  { name: "second", low: 0, high: 59 },
  { name: "minute", low: 0, high: 59 },
  { name: "hour", low: 0, high: 23 },
  { name: "day of the month", low: 1, high: 31 },
  {
    name: "month",
    low: 1,
    high: 12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
  },
  { name: "day of the week", low: 0, high: 7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] },
];
const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function fault(message: string, hint = "write cron(0 9 * * MON): minute, hour, day, month, weekday"): PolicyError {
  return new PolicyError("bad_input", message, { hint });
}

/**
 * Parses `cron(0 9 * * MON)` (DESIGN 7.10): five fields, or six with seconds first, which must be one number so that
 * firings are at least a minute apart.
 * @throws PolicyError `bad_input` for anything else, and for days that never come such as 31 February (I20).
 */
export function parseCron(text: string): Cron {
  const inner = /^cron\(([^()]*)\)$/.exec(text.trim())?.[1]?.trim();
  if (inner === undefined) throw fault(`${JSON.stringify(text.slice(0, 60))} is not a schedule`);
  const parts = inner.split(/\s+/);
  if (parts.length !== 5 && parts.length !== 6) throw fault(`a schedule has five or six fields, not ${parts.length}`);
  const six = parts.length === 5 ? ["0", ...parts] : parts;
  const [seconds, minutes, hours, days, months, weekdays] = fields.map((field, index) =>
    valuesOf(six[index]!, field),
  ) as [number[], number[], number[], number[], number[], number[]];
  if (seconds.length !== 1)
    throw fault("a schedule fires at most once a minute", "give one second, or leave the field out");
  if (!months.some((month) => days.some((day) => day <= longestMonth[month - 1]!)))
    throw fault("this day never comes in this month");
  const sundays = [...new Set(weekdays.map((day) => day % 7))].sort((a, b) => a - b);
  return {
    expression: six.join(" ").replaceAll("?", "*"),
    second: seconds[0]!,
    minutes,
    hours,
    days,
    months,
    weekdays: sundays,
  };
}

function valuesOf(text: string, field: Field): number[] {
  const values = new Set<number>();
  for (const part of text.split(",")) for (const value of rangeOf(part, field)) values.add(value);
  return [...values].sort((a, b) => a - b);
}

function rangeOf(part: string, field: Field): number[] {
  const match = /^(\*|\?|[0-9]{1,2}|[A-Za-z]{3})(?:-([0-9]{1,2}|[A-Za-z]{3}))?(?:\/([0-9]{1,2}))?$/.exec(part);
  const question = part.startsWith("?");
  if (match === null || (question && (part !== "?" || !field.name.startsWith("day"))))
    throw fault(`${JSON.stringify(part)} is not a ${field.name}`);
  const [, from = "", to, stepText] = match;
  const all = from === "*" || from === "?";
  if (all && to !== undefined) throw fault(`${JSON.stringify(part)} is not a ${field.name}`);
  const step = stepText === undefined ? 1 : Number(stepText);
  const low = all ? field.low : numberOf(from, field);
  const high = all ? field.high : to === undefined ? (stepText === undefined ? low : field.high) : numberOf(to, field);
  if (step < 1 || low > high) throw fault(`${JSON.stringify(part)} is not a ${field.name}`);
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step);
}

function numberOf(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + (field.name === "month" ? 1 : 0) : Number(text);
  if (!Number.isInteger(value) || value < field.low || value > field.high)
    throw fault(`${text} is not a ${field.name}`);
  return value;
}
