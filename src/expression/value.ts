import { isJsonObject, type Json } from "../core/json.ts";
import { isLevel, levelRank } from "../core/level.ts";
import { listLimit, textLimit } from "./limits.ts";
import type { BinaryOperator, Comparator } from "./tree.ts";

/** A mistake found while evaluating: type mismatch, division by zero, too large. Never leaves `evaluate.ts`. */
export class EvaluationFault extends Error {}

/** What a value is, in the words of the error messages. */
export function typeName(value: Json): string {
  if (value === null) return "None";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  if (typeof value === "number") return "a number";
  if (typeof value === "boolean") return "a truth value";
  return "a dict";
}

/**
 * Python's truth of a value, except that a text has none: `"false"` and `"no"` would count as true, which is how a tag
 * value turns a protection off.
 */
export function truthOf(value: Json): boolean {
  if (value === null) return false;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") throw new EvaluationFault("a text has no truth value: compare it, as in x == 'yes'");
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

/** Python's `==`: by value, `True == 1`, never an error. */
export function equals(left: Json, right: Json): boolean {
  if (typeof left === "boolean" && typeof right === "number") return Number(left) === right;
  if (typeof left === "number" && typeof right === "boolean") return left === Number(right);
  if (Array.isArray(left) && Array.isArray(right))
    return (
      left.length === right.length &&
      left.every((item: Json, index) => equals(item, (right as readonly Json[])[index]!))
    );
  if (isJsonObject(left) && isJsonObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && equals(left[key]!, right[key]!))
    );
  }
  return left === right;
}

/** Negative, zero or positive. Two numbers, two levels by rank (DESIGN 7.3), or two texts that are not levels. */
function order(left: Json, right: Json, comparator: string): number {
  if (typeof left === "number" && typeof right === "number") return number(left) - number(right);
  if (typeof left === "string" && typeof right === "string") {
    if (isLevel(left) && isLevel(right)) return levelRank(left) - levelRank(right);
    if (isLevel(left) || isLevel(right))
      throw new EvaluationFault(
        `${JSON.stringify(isLevel(left) ? right : left)} has no place in LOW < MEDIUM < HIGH < CRITICAL`,
      );
    return left < right ? -1 : left > right ? 1 : 0;
  }
  throw new EvaluationFault(`${comparator} cannot compare ${typeName(left)} with ${typeName(right)}`);
}

function contains(container: Json, item: Json): boolean {
  if (typeof container === "string") {
    if (typeof item !== "string")
      throw new EvaluationFault(`in looks for a text inside a text, not for ${typeName(item)}`);
    return container.includes(item);
  }
  if (Array.isArray(container)) return container.some((entry: Json) => equals(entry, item));
  if (isJsonObject(container)) {
    if (typeof item !== "string") throw new EvaluationFault(`the keys of a dict are texts, not ${typeName(item)}`);
    return Object.hasOwn(container, item);
  }
  throw new EvaluationFault(`in cannot look into ${typeName(container)}`);
}

/** One comparison of a chain. */
export function compare(comparator: Comparator, left: Json, right: Json): boolean {
  switch (comparator) {
    case "==":
      return equals(left, right);
    case "!=":
      return !equals(left, right);
    case "<":
      return order(left, right, comparator) < 0;
    case "<=":
      return order(left, right, comparator) <= 0;
    case ">":
      return order(left, right, comparator) > 0;
    case ">=":
      return order(left, right, comparator) >= 0;
    case "in":
      return contains(right, left);
    case "not in":
      return !contains(right, left);
    case "is":
      return left === right;
    case "is not":
      return left !== right;
  }
}

/** A number that JSON and IEEE doubles hold exactly enough; refuses NaN, Infinity and integers beyond 2^53 (I8). */
export function number(value: Json): number {
  if (typeof value !== "number") throw new EvaluationFault(`${typeName(value)} is not a number`);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    throw new EvaluationFault(`${value} is beyond what a number can hold exactly`);
  return value;
}

/** Python's arithmetic on numbers; `+` also joins two texts or two lists. */
export function arithmetic(operator: BinaryOperator, left: Json, right: Json): Json {
  if (operator === "+" && typeof left === "string" && typeof right === "string") {
    if (left.length + right.length > textLimit)
      throw new EvaluationFault(`a text of more than ${textLimit} characters`);
    return left + right;
  }
  if (operator === "+" && Array.isArray(left) && Array.isArray(right)) {
    if (left.length + right.length > listLimit) throw new EvaluationFault(`a list of more than ${listLimit} items`);
    return [...(left as readonly Json[]), ...(right as readonly Json[])];
  }
  if (typeof left !== "number" || typeof right !== "number")
    throw new EvaluationFault(`${operator} cannot join ${typeName(left)} and ${typeName(right)}`);
  return number(compute(operator, number(left), number(right)));
}

function compute(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / nonZero(right);
    case "//":
      return Math.floor(left / nonZero(right));
    case "%": {
      // Python's remainder has the sign of the divisor, JavaScript's the sign of the dividend.
      const rest = left % nonZero(right);
      return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
    }
    case "**":
      if (left === 0 && right < 0) throw new EvaluationFault("0 cannot be raised to a negative power");
      return left ** right;
  }
}

function nonZero(value: number): number {
  if (value === 0) throw new EvaluationFault("division by zero");
  return value;
}
