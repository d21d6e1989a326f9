import { isLevel } from "../core/level.ts";
import { depthLimit, expressionError } from "./limits.ts";
import { ExpressionParser } from "./parse.ts";
import { tokenize } from "./tokens.ts";
import type { Branch, Place, Script, Statement } from "./tree.ts";

const notAssignable: ReadonlySet<string> = new Set([
  "True",
  "False",
  "None",
  "if",
  "elif",
  "else",
  "return",
  "and",
  "or",
  "not",
  "in",
  "is",
  "pass",
]);

/** Statements on top of expressions: assignment, if/elif/else, return, pass. No loops, no definitions, no imports. */
class ScriptParser extends ExpressionParser {
  private blockDepth = 0;

  script(): Script {
    const body: Statement[] = [];
    while (!this.atEnd()) body.push(...this.statement());
    return { kind: "script", body };
  }

  private statement(): Statement[] {
    const { at } = this.peek();
    if (this.takeWord("if")) return [this.conditional(at)];
    const statement = this.simpleStatement();
    if (!this.takeKind("newline") && !this.atEnd()) throw this.unexpected("the end of the line");
    return [statement];
  }

  private simpleStatement(): Statement {
    const { at } = this.peek();
    if (this.takeWord("pass")) return { kind: "pass", at };
    if (this.takeWord("return")) {
      const empty = this.peek().kind === "newline" || this.atEnd();
      return { kind: "return", value: empty ? { kind: "literal", value: null, at } : this.expression(), at };
    }
    const next = this.peek(1);
    if (this.peek().kind === "name" && next.kind === "symbol" && next.text === "=") return this.assignment();
    const word = this.peek().text;
    if (["for", "while", "import", "from", "def", "class", "with", "try"].includes(word))
      throw expressionError(
        `${word} is not part of the language`,
        at,
        "a script has assignments, if/elif/else and return",
      );
    this.expression();
    throw expressionError("this line computes something and drops it", at, "assign it to a name or return it");
  }

  private assignment(): Statement {
    const { at } = this.peek();
    const name = this.takeName();
    if (notAssignable.has(name) || isLevel(name)) throw expressionError(`${name} cannot be assigned to`, at);
    this.expectSymbol("=");
    return { kind: "assign", name, value: this.expression(), at };
  }

  private conditional(at: Place): Statement {
    const branches: Branch[] = [{ test: this.expression(), body: this.block() }];
    while (this.takeWord("elif")) branches.push({ test: this.expression(), body: this.block() });
    const otherwise = this.takeWord("else") ? this.block() : undefined;
    return { kind: "if", branches, otherwise, at };
  }

  private block(): Statement[] {
    this.expectSymbol(":");
    if (!this.takeKind("newline")) {
      const statement = this.simpleStatement();
      if (!this.takeKind("newline") && !this.atEnd()) throw this.unexpected("the end of the line");
      return [statement];
    }
    if (!this.takeKind("indent")) throw this.unexpected("an indented line");
    if (++this.blockDepth > depthLimit) throw expressionError(`more than ${depthLimit} levels deep`, this.peek().at);
    const body: Statement[] = [];
    while (!this.takeKind("dedent")) body.push(...this.statement());
    this.blockDepth -= 1;
    return body;
  }
}

/** Whether every way through the statements ends in a return. */
function alwaysReturns(body: readonly Statement[]): boolean {
  return body.some(
    (statement) =>
      statement.kind === "return" ||
      (statement.kind === "if" &&
        statement.otherwise !== undefined &&
        alwaysReturns(statement.otherwise) &&
        statement.branches.every((branch) => alwaysReturns(branch.body))),
  );
}

/**
 * Parses a script (`script:` of an evaluation step).
 * @throws PolicyError `bad_expression` with line and column; also when some way through it returns nothing.
 */
export function parseScript(source: string): Script {
  const script = new ScriptParser(tokenize(source, "script")).script();
  if (!alwaysReturns(script.body)) {
    const lines = source.trimEnd().split("\n");
    throw expressionError(
      "not every way through this script returns a value",
      { line: lines.length, column: 1 },
      "end it with return …",
    );
  }
  return script;
}
