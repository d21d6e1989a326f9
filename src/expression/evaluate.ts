import type { Json } from "../core/json.ts";
import { builtIns } from "./functions.ts";
import { isForbiddenName, stepLimit } from "./limits.ts";
import { member, type Scope } from "./path.ts";
import type { Comparison, DictEntry, Expression, Script, Statement } from "./tree.ts";
import { arithmetic, compare, EvaluationFault, number, truthOf, typeName } from "./value.ts";

/**
 * Three-valued: a name that is not there makes the result `unknown` unless the rest decides it anyway
 * (`True or missing`). `value.unknown` lists names that were missing without deciding anything, for the debug log.
 */
export type EvalResult =
  | { readonly status: "value"; readonly value: Json; readonly unknown: readonly string[] }
  | { readonly status: "unknown"; readonly names: readonly string[] }
  | { readonly status: "error"; readonly message: string };

interface EvalLimits {
  /** Nodes the evaluation may visit. */
  readonly steps?: number;
}

/** The value of what is not known. A symbol, so that nothing in a document or an event can equal it. */
const unknown: unique symbol = Symbol("unknown");
type Value = Json | typeof unknown;

class Evaluator {
  readonly missing = new Set<string>();
  private readonly scope: Scope;
  private readonly locals = new Map<string, Value>();
  private steps: number;

  constructor(scope: Scope, limits: EvalLimits) {
    this.scope = scope;
    this.steps = limits.steps ?? stepLimit;
  }

  evaluate(node: Expression): Value {
    if (--this.steps < 0) throw new EvaluationFault("the expression takes too many steps");
    switch (node.kind) {
      case "literal":
      case "level":
        return node.value;
      case "name":
        return this.name(node.name);
      case "attribute":
        return this.member(node, node.of, node.name);
      case "index":
        return this.index(node);
      case "call":
        return this.call(node.name, node.arguments);
      case "not":
        return this.map(node.of, (value) => !truthOf(value));
      case "negate":
        return this.map(node.of, (value) => -number(value));
      case "binary": {
        const left = this.evaluate(node.left);
        const right = this.evaluate(node.right);
        return left === unknown || right === unknown ? unknown : arithmetic(node.operator, left, right);
      }
      case "logic":
        return this.logic(node.operator, node.operands);
      case "compare":
        return this.compare(this.evaluate(node.first), node.rest);
      case "choice": {
        const test = this.evaluate(node.test);
        if (test === unknown) return unknown;
        return this.evaluate(truthOf(test) ? node.then : node.otherwise);
      }
      case "list":
        return this.list(node.items);
      case "dict":
        return this.dict(node.entries);
    }
  }

  /** Runs statements in order; undefined when none of them returned. */
  run(body: readonly Statement[]): Value | undefined {
    for (const statement of body) {
      if (--this.steps < 0) throw new EvaluationFault("the script takes too many steps");
      if (statement.kind === "return") return this.evaluate(statement.value);
      if (statement.kind === "assign") this.locals.set(statement.name, this.evaluate(statement.value));
      if (statement.kind === "if") {
        const result = this.branch(statement);
        if (result !== undefined) return result;
      }
    }
    return undefined;
  }

  /** An unknown test counts as false here (DESIGN 7.2); its names stay in `missing` for the warning. */
  private branch(statement: Extract<Statement, { kind: "if" }>): Value | undefined {
    for (const { test, body } of statement.branches) {
      const value = this.evaluate(test);
      if (value !== unknown && truthOf(value)) return this.run(body);
    }
    return statement.otherwise === undefined ? undefined : this.run(statement.otherwise);
  }

  private name(name: string): Value {
    if (this.locals.has(name)) return this.locals.get(name)!;
    const value = member(this.scope, name);
    if (value === undefined) this.missing.add(name);
    return value ?? (value === null ? null : unknown);
  }

  private member(node: Expression, of: Expression, key: string): Value {
    const container = this.evaluate(of);
    if (container === unknown) {
      // Report the whole path that was wanted, not only the part that was missing first.
      this.missing.delete(pathOf(of));
      this.missing.add(pathOf(node));
      return unknown;
    }
    if (container === null || typeof container !== "object")
      throw new EvaluationFault(`${pathOf(of)} is ${typeName(container)} and has no ${key}`);
    const value = member(container, key);
    if (value === undefined) this.missing.add(pathOf(node));
    return value ?? (value === null ? null : unknown);
  }

  private index(node: Extract<Expression, { kind: "index" }>): Value {
    const key = this.evaluate(node.key);
    if (key === unknown) return unknown;
    if (typeof key === "string") return this.member(node, node.of, key);
    const container = this.evaluate(node.of);
    if (container === unknown) return unknown;
    if (!Array.isArray(container) || typeof key !== "number" || !Number.isInteger(key))
      throw new EvaluationFault(`${typeName(container)} cannot be indexed by ${typeName(key)}`);
    const value = (container as readonly Json[]).at(key);
    if (value === undefined) throw new EvaluationFault(`there is no item ${key} in a list of ${container.length}`);
    return value;
  }

  private call(name: string, parameters: readonly Expression[]): Value {
    const builtIn = builtIns.get(name);
    if (builtIn === undefined) throw new EvaluationFault(`there is no function ${name}`);
    if (parameters.length < builtIn.least || parameters.length > builtIn.most)
      throw new EvaluationFault(`${name} takes ${builtIn.least} to ${builtIn.most} values, not ${parameters.length}`);
    const values = parameters.map((parameter) => this.evaluate(parameter));
    return values.includes(unknown) ? unknown : builtIn.run(values as Json[]);
  }

  /** Kleene's `and`/`or` with Python's result: the operand that decided, not just its truth. */
  private logic(operator: "and" | "or", operands: readonly Expression[]): Value {
    const decides = operator === "or";
    let undecided = false;
    let result: Value = unknown;
    for (const [index, operand] of operands.entries()) {
      result = this.evaluate(operand);
      if (result === unknown) undecided = true;
      // The last operand is the answer itself; Python does not ask for its truth, and neither do we unless something before it is unknown.
      else if ((index < operands.length - 1 || undecided) && truthOf(result) === decides) return result;
    }
    return undecided ? unknown : result;
  }

  private compare(first: Value, rest: readonly Comparison[]): Value {
    let left = first;
    let undecided = false;
    for (const { comparator, operand } of rest) {
      const right = this.evaluate(operand);
      if (left === unknown || right === unknown) undecided = true;
      else if (!compare(comparator, left, right)) return false;
      left = right;
    }
    return undecided ? unknown : true;
  }

  private list(items: readonly Expression[]): Value {
    const values = items.map((item) => this.evaluate(item));
    return values.includes(unknown) ? unknown : (values as Json[]);
  }

  private dict(entries: readonly DictEntry[]): Value {
    const result: Record<string, Json> = {};
    for (const entry of entries) {
      const key = this.evaluate(entry.key);
      const value = this.evaluate(entry.value);
      if (key === unknown || value === unknown) return unknown;
      if (typeof key !== "string" || isForbiddenName(key))
        throw new EvaluationFault(`${typeName(key)} cannot be this key of a dict`);
      result[key] = value;
    }
    return result;
  }

  private map(of: Expression, change: (value: Json) => Json): Value {
    const value = this.evaluate(of);
    return value === unknown ? unknown : change(value);
  }
}

/** `a.b['c']` for messages. */
function pathOf(node: Expression): string {
  if (node.kind === "name") return node.name;
  if (node.kind === "attribute") return `${pathOf(node.of)}.${node.name}`;
  if (node.kind === "index" && node.key.kind === "literal")
    return `${pathOf(node.of)}[${JSON.stringify(node.key.value)}]`;
  return "the value";
}

function settle(evaluator: Evaluator, compute: () => Value | undefined): EvalResult {
  try {
    const value = compute();
    if (value === unknown) return { status: "unknown", names: [...evaluator.missing] };
    return { status: "value", value: value ?? null, unknown: [...evaluator.missing] };
  } catch (error) {
    if (error instanceof EvaluationFault) return { status: "error", message: error.message };
    throw error;
  }
}

/**
 * Evaluates an expression over a scope (DESIGN 7.2, 7.3; issue 5 item 2). Pure: no I/O, no clock, no host objects; only
 * own properties are read. A missing name never becomes true, a type mismatch is an `error` result.
 */
export function evaluateExpression(expression: Expression, scope: Scope, limits: EvalLimits = {}): EvalResult {
  const evaluator = new Evaluator(scope, limits);
  return settle(evaluator, () => evaluator.evaluate(expression));
}

/**
 * Runs a script over a scope. A missing fact is false in the script's truth tests (DESIGN 7.2) and listed in `unknown`;
 * a returned value that is itself unknown makes the whole result `unknown`.
 */
export function runScript(script: Script, scope: Scope, limits: EvalLimits = {}): EvalResult {
  const evaluator = new Evaluator(scope, limits);
  return settle(evaluator, () => evaluator.run(script.body));
}

/**
 * An expression as a condition: `true` and `false` only for a truth value that was really computed. A result that is a
 * text is an error like everywhere else.
 */
export function evaluateCondition(expression: Expression, scope: Scope): EvalResult {
  const result = evaluateExpression(expression, scope);
  if (result.status !== "value") return result;
  if (typeof result.value === "string")
    return { status: "error", message: "the condition gives a text, not a truth value" };
  return { ...result, value: truthOf(result.value) };
}
