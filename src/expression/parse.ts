import { isLevel } from "../core/level.ts";
import { depthLimit, expressionError } from "./limits.ts";
import { parsePath } from "./path.ts";
import { TokenStream } from "./token-stream.ts";
import { tokenize, type Token } from "./tokens.ts";
import type { BinaryOperator, Comparator, Comparison, DictEntry, Expression, Place } from "./tree.ts";

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ["True", true],
  ["False", false],
  ["None", null],
]);
/** Words of Python that are not part of the subset: said so by name instead of as an odd syntax error. */
const refusedWords: ReadonlySet<string> = new Set(
  "lambda for while import from def class yield async await with try except finally raise global nonlocal del assert exec eval".split(
    " ",
  ),
);
const reservedWords: ReadonlySet<string> = new Set([
  "and",
  "or",
  "not",
  "in",
  "is",
  "if",
  "else",
  "elif",
  "return",
  "pass",
]);
const binding: Readonly<Record<BinaryOperator, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2, "**": 4 };
const comparators: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const unaryBinding = 3;

/**
 * A Pratt parser: operators carry a binding strength, and one loop climbs them. `and`, `or` and comparison chains become
 * flat nodes, so that a long list of alternatives is not a deep tree.
 */
export class ExpressionParser extends TokenStream {
  private depth = 0;

  /** A whole expression: `A if TEST else B` binds weakest. */
  expression(): Expression {
    return this.nested(() => {
      const then = this.disjunction();
      const at = this.peek().at;
      if (!this.takeWord("if")) return then;
      const test = this.disjunction();
      if (!this.takeWord("else")) throw this.unexpected("else");
      return { kind: "choice", test, then, otherwise: this.expression(), at };
    });
  }

  private disjunction(): Expression {
    return this.logic("or", () => this.logic("and", () => this.negation()));
  }

  private logic(operator: "and" | "or", operand: () => Expression): Expression {
    const first = operand();
    const operands = [first];
    while (this.takeWord(operator)) operands.push(operand());
    return operands.length === 1 ? first : { kind: "logic", operator, operands, at: first.at };
  }

  private negation(): Expression {
    const at = this.peek().at;
    if (!this.takeWord("not")) return this.comparison();
    return this.nested(() => ({ kind: "not", of: this.negation(), at }));
  }

  private comparison(): Expression {
    const first = this.arithmetic(0);
    const rest: Comparison[] = [];
    for (let comparator = this.takeComparator(); comparator !== undefined; comparator = this.takeComparator()) {
      const operand = this.arithmetic(0);
      if (
        comparator.startsWith("is") &&
        !(operand.kind === "literal" && (operand.value === null || typeof operand.value === "boolean"))
      )
        throw expressionError("is compares with None, True or False only", operand.at, "write == instead");
      rest.push({ comparator, operand });
    }
    return rest.length === 0 ? first : { kind: "compare", first, rest, at: first.at };
  }

  private takeComparator(): Comparator | undefined {
    const token = this.peek();
    if (token.kind === "symbol" && comparators.has(token.text)) {
      this.advance();
      return token.text as Comparator;
    }
    if (token.kind === "symbol" && token.text === "=")
      throw expressionError("= assigns, it does not compare", token.at, "write ==");
    if (this.takeWord("in")) return "in";
    if (this.takeWord("is")) return this.takeWord("not") ? "is not" : "is";
    if (!this.takeWord("not")) return undefined;
    if (!this.takeWord("in")) throw this.unexpected("in");
    return "not in";
  }

  /** Climbs `+ - * / // % **`; `**` alone binds to the right. */
  private arithmetic(minimum: number): Expression {
    let left = this.unary();
    for (let links = 0; ; links += 1) {
      const token = this.peek();
      const strength =
        token.kind === "symbol" && Object.hasOwn(binding, token.text) ? binding[token.text as BinaryOperator] : -1;
      if (strength < minimum || strength < 0) return left;
      this.guardDepth(links, token);
      this.advance();
      const right = this.nested(() => this.arithmetic(token.text === "**" ? unaryBinding : strength + 1));
      left = { kind: "binary", operator: token.text as BinaryOperator, left, right, at: token.at };
    }
  }

  private unary(): Expression {
    const { at } = this.peek();
    if (this.takeSymbol("-")) return this.nested(() => ({ kind: "negate", of: this.arithmetic(unaryBinding), at }));
    if (this.takeSymbol("+")) throw expressionError("a leading + has no meaning", at, "leave it out");
    return this.postfix(this.primary());
  }

  private postfix(start: Expression): Expression {
    let of = start;
    for (let links = 0; ; links += 1) {
      const token = this.peek();
      if (token.kind !== "symbol" || !["[", ".", "("].includes(token.text)) return of;
      this.guardDepth(links, token);
      this.advance();
      if (token.text === ".") of = { kind: "attribute", of, name: this.takeName(), at: of.at };
      else if (token.text === "[") {
        const key = this.expression();
        this.expectSymbol("]");
        of = { kind: "index", of, key, at: of.at };
      } else {
        if (of.kind !== "name")
          throw expressionError(
            "only the built-in functions can be called",
            token.at,
            "write len(x), lower(x), …; there are no methods",
          );
        of = { kind: "call", name: of.name, arguments: this.list(")"), at: of.at };
      }
    }
  }

  private primary(): Expression {
    const token = this.peek();
    if (token.kind === "number") return { kind: "literal", value: Number(this.advance().text), at: token.at };
    if (token.kind === "string") return { kind: "literal", value: this.advance().text, at: token.at };
    if (token.kind === "template") return this.templateOperand(this.advance());
    if (token.kind === "name" && !reservedWords.has(token.text)) return this.word(this.advance());
    if (this.takeSymbol("(")) {
      const inner = this.expression();
      if (this.isSymbol(","))
        throw expressionError("tuples are not part of the language", this.peek().at, "write a list in [ ]");
      this.expectSymbol(")");
      return inner;
    }
    if (this.takeSymbol("[")) return { kind: "list", items: this.list("]"), at: token.at };
    if (this.takeSymbol("{")) return { kind: "dict", entries: this.dictEntries(), at: token.at };
    throw this.unexpected("a value");
  }

  private word(token: Token): Expression {
    if (constants.has(token.text)) return { kind: "literal", value: constants.get(token.text)!, at: token.at };
    if (isLevel(token.text)) return { kind: "level", value: token.text, at: token.at };
    if (refusedWords.has(token.text)) throw expressionError(`${token.text} is not part of the language`, token.at);
    const constant = { true: "True", false: "False", null: "None", none: "None" }[token.text];
    if (constant !== undefined && Object.hasOwn({ true: 1, false: 1, null: 1, none: 1 }, token.text))
      throw expressionError(`unknown name ${token.text}`, token.at, `write ${constant}`);
    return { kind: "name", name: token.text, at: token.at };
  }

  /** `{{ a.b }}` as an operand: turned into the same nodes as `a.b`, never into text (DESIGN 7.5, I4). */
  private templateOperand(token: Token): Expression {
    const segments = parsePath(token.text);
    if (segments === undefined)
      throw expressionError(`{{${token.text}}} is not a plain path`, token.at, "write {{ steps.NAME.output }}");
    const [root, ...names] = segments;
    return names.reduce<Expression>((of, name) => ({ kind: "attribute", of, name, at: token.at }), {
      kind: "name",
      name: root!,
      at: token.at,
    });
  }

  private list(close: ")" | "]"): Expression[] {
    const items: Expression[] = [];
    while (!this.takeSymbol(close)) {
      items.push(this.expression());
      if (!this.takeSymbol(",") && !this.isSymbol(close)) throw this.unexpected(`, or ${close}`);
    }
    return items;
  }

  private dictEntries(): DictEntry[] {
    const entries: DictEntry[] = [];
    while (!this.takeSymbol("}")) {
      const key = this.expression();
      this.expectSymbol(":");
      entries.push({ key, value: this.expression() });
      if (!this.takeSymbol(",") && !this.isSymbol("}")) throw this.unexpected(", or }");
    }
    return entries;
  }

  private nested(parse: () => Expression): Expression {
    this.guardDepth(1, this.peek());
    this.depth += 1;
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private guardDepth(links: number, token: { readonly at: Place }): void {
    if (this.depth + links > depthLimit)
      throw expressionError(`more than ${depthLimit} levels deep`, token.at, "split it into several conditions");
  }
}

/**
 * Parses one expression of the Python subset (issue 5 item 2). Line ends are white space, so that an `or` may be
 * written over several lines; nothing is ever wrapped in brackets to get there (I5).
 * @throws PolicyError `bad_expression` with line and column in `source`.
 */
export function parseExpression(source: string): Expression {
  const parser = new ExpressionParser(tokenize(source, "expression"));
  if (parser.atEnd()) throw expressionError("the expression is empty", { line: 1, column: 1 });
  const expression = parser.expression();
  parser.expectEnd();
  return expression;
}
