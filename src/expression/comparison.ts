import { PolicyError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { compare, EvaluationFault } from "./value.ts";

/*
 * The remediation seed's comparisons: `"< 6.0"`, `">= 6.0 AND < 9.0"`, `"MEDIUM OR HIGH"`, `true`. OR binds weaker than
 * AND; a value without an operator means equality. There are no brackets and no names.
 */

type Operator = "<" | "<=" | ">" | ">=" | "==" | "!=";
interface Term {
  readonly operator: Operator;
  readonly value: Json;
}
/** Any of these, each all of its terms. */
export type Comparison = readonly (readonly Term[])[];

const term = /^(<=|>=|==|!=|<|>)?\s*(?:(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*)|'([^']*)')$/;

/**
 * Parses a comparison of a `remediation_policies:` condition.
 * @throws PolicyError `bad_input` naming the part that is not one.
 */
export function parseComparison(written: Json): Comparison {
  if (typeof written === "number" || typeof written === "boolean") return [[{ operator: "==", value: written }]];
  if (Array.isArray(written)) return written.flatMap((item: Json) => parseComparison(item));
  if (typeof written !== "string") throw fault(JSON.stringify(written));
  return written.split(/\s+OR\s+/).map((side) => side.split(/\s+AND\s+/).map(parseTerm));
}

function parseTerm(text: string): Term {
  const match = term.exec(text.trim());
  if (match === null) throw fault(JSON.stringify(text.trim().slice(0, 60)));
  const [, operator = "==", number, word, quoted] = match;
  if (word !== undefined && /^(?:and|or|not|in|is)$/i.test(word)) throw fault(JSON.stringify(text.trim()));
  const value = number === undefined ? (wordValue(word) ?? quoted!) : Number(number);
  return { operator: operator as Operator, value };
}

function wordValue(word: string | undefined): Json | undefined {
  if (word === "true" || word === "false") return word === "true";
  return word;
}

function fault(found: string): PolicyError {
  return new PolicyError("bad_input", `${found} is not a comparison`, {
    hint: `write "< 6.0", ">= 6.0 AND < 9.0" or "MEDIUM OR HIGH"`,
  });
}

/**
 * Whether a value satisfies a comparison (I18: tested at each bound).
 * @returns `"unknown"` for a missing value and for one of another kind: neither yes nor no can be said.
 */
export function satisfies(comparison: Comparison, value: Json | undefined): boolean | "unknown" {
  if (value === undefined || value === null) return "unknown";
  try {
    return comparison.some((terms) => terms.every((part) => holds(part, value)));
  } catch (error) {
    if (error instanceof EvaluationFault) return "unknown";
    throw error;
  }
}

function holds(part: Term, value: Json): boolean {
  if (typeof part.value !== typeof value) throw new EvaluationFault("another kind of value");
  return compare(part.operator, value, part.value);
}
