import { isJsonObject, type Json } from "../core/json.ts";
import { isLevel, levelRank } from "../core/level.ts";
import { compare, EvaluationFault, number, truthOf, typeName } from "./value.ts";

/** The closed list of functions: name → least and most arguments, and what it does. There is no way to add one at run time. */
interface BuiltIn {
  readonly least: number;
  readonly most: number;
  readonly run: (values: readonly Json[]) => Json;
}

const text = (value: Json | undefined): string => {
  if (typeof value !== "string") throw new EvaluationFault(`${typeName(value ?? null)} is not a text`);
  return value;
};
const list = (value: Json | undefined): readonly Json[] => {
  if (!Array.isArray(value)) throw new EvaluationFault(`${typeName(value ?? null)} is not a list`);
  return value as readonly Json[];
};
const several = (values: readonly Json[]): readonly Json[] => (values.length === 1 ? list(values[0]) : values);

function length(values: readonly Json[]): number {
  const value = values[0]!;
  if (typeof value === "string") return Array.from(value).length;
  if (Array.isArray(value)) return value.length;
  if (isJsonObject(value)) return Object.keys(value).length;
  throw new EvaluationFault(`${typeName(value)} has no length`);
}

function extreme(values: readonly Json[], comparator: "<" | ">"): Json {
  const items = several(values);
  if (items.length === 0) throw new EvaluationFault("min and max need at least one value");
  return items.reduce((best, item) => (compare(comparator, item, best) ? item : best));
}

/** Every function an expression may call. `min` and `max` know the order of levels; `rank` is 0 for LOW to 3 for CRITICAL. */
export const builtIns: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ["len", { least: 1, most: 1, run: length }],
  ["abs", { least: 1, most: 1, run: (values) => Math.abs(number(values[0]!)) }],
  ["min", { least: 1, most: 16, run: (values) => extreme(values, "<") }],
  ["max", { least: 1, most: 16, run: (values) => extreme(values, ">") }],
  [
    "sum",
    {
      least: 1,
      most: 1,
      run: (values) => number(list(values[0]).reduce<number>((total, item) => total + number(item), 0)),
    },
  ],
  ["any", { least: 1, most: 1, run: (values) => list(values[0]).some(truthOf) }],
  ["all", { least: 1, most: 1, run: (values) => list(values[0]).every(truthOf) }],
  ["lower", { least: 1, most: 1, run: (values) => text(values[0]).toLowerCase() }],
  ["upper", { least: 1, most: 1, run: (values) => text(values[0]).toUpperCase() }],
  ["startswith", { least: 2, most: 2, run: (values) => text(values[0]).startsWith(text(values[1])) }],
  ["endswith", { least: 2, most: 2, run: (values) => text(values[0]).endsWith(text(values[1])) }],
  ["rank", { least: 1, most: 1, run: (values) => rank(values[0]!) }],
]);

function rank(value: Json): number {
  if (!isLevel(value)) throw new EvaluationFault(`${typeName(value)} is not one of LOW, MEDIUM, HIGH, CRITICAL`);
  return levelRank(value);
}
