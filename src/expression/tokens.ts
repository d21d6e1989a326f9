import { expressionError, isForbiddenName, sourceLimit } from "./limits.ts";
import { readLayout } from "./layout.ts";
import type { Place } from "./tree.ts";

export type TokenKind = "number" | "string" | "name" | "template" | "symbol" | "newline" | "indent" | "dedent" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** The source text, or the decoded value of a string, or the path inside `{{ }}`. */
  readonly text: string;
  readonly at: Place;
}

/** An expression lets lines run on; a script gives line ends and indentation a meaning. */
type SourceMode = "expression" | "script";

const symbols = [
  "**",
  "//",
  "==",
  "!=",
  "<=",
  ">=",
  "<",
  ">",
  "+",
  "-",
  "*",
  "/",
  "%",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ",",
  ":",
  ".",
  "=",
];
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const template = /\{\{([^{}]*)\}\}/y;
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", "'": "'", '"': '"' };

/** Reads tokens from left to right; every method either moves on or throws `bad_expression`. */
class Lexer {
  readonly tokens: Token[] = [];
  private position = 0;
  private line = 1;
  private lineStart = 0;
  private brackets = 0;
  private readonly indents: number[] = [0];
  private readonly source: string;
  private readonly mode: SourceMode;

  constructor(source: string, mode: SourceMode) {
    this.source = source;
    this.mode = mode;
  }

  run(): readonly Token[] {
    if (this.mode === "script") this.startLine();
    while (this.position < this.source.length) this.next();
    if (this.mode === "script") this.endScript();
    this.push("end", "");
    return this.tokens;
  }

  private next(): void {
    const character = this.source.charAt(this.position);
    if (character === "\n") this.newline();
    else if (character === " " || character === "\t" || character === "\r") this.position += 1;
    else if (character === "#") this.skipComment();
    else if (character === "'" || character === '"') this.string(character);
    else if (/[0-9]/.test(character) || (character === "." && /[0-9]/.test(this.source.charAt(this.position + 1))))
      this.number();
    else if (/[A-Za-z_]/.test(character)) this.name();
    else if (this.source.startsWith("{{", this.position)) this.template();
    else this.symbol(character);
  }

  private place(offset = this.position): Place {
    return { line: this.line, column: offset - this.lineStart + 1 };
  }

  private push(kind: TokenKind, text: string, at: Place = this.place()): void {
    this.tokens.push({ kind, text, at });
  }

  private newline(): void {
    const logical = this.mode === "script" && this.brackets === 0;
    if (logical && this.tokens.length > 0 && !["newline", "indent", "dedent"].includes(this.tokens.at(-1)!.kind))
      this.push("newline", "");
    this.position += 1;
    this.line += 1;
    this.lineStart = this.position;
    if (logical) this.startLine();
  }

  /** Turns the indentation of a line that holds something into indent and dedent tokens. */
  private startLine(): void {
    const layout = readLayout(this.source, this.position);
    if (layout.blank) return;
    if (layout.hasTab) throw expressionError("a tab in the indentation", this.place(), "indent with spaces");
    this.position += layout.width;
    if (layout.width > this.indents.at(-1)!) {
      this.indents.push(layout.width);
      this.push("indent", "");
      return;
    }
    while (layout.width < this.indents.at(-1)!) {
      this.indents.pop();
      this.push("dedent", "");
    }
    if (layout.width !== this.indents.at(-1)!)
      throw expressionError("this indentation matches no line above", this.place());
  }

  private endScript(): void {
    const last = this.tokens.at(-1);
    if (last !== undefined && last.kind !== "newline" && last.kind !== "dedent") this.push("newline", "");
    while (this.indents.length > 1) {
      this.indents.pop();
      this.push("dedent", "");
    }
  }

  private skipComment(): void {
    while (this.position < this.source.length && this.source.charAt(this.position) !== "\n") this.position += 1;
  }

  private number(): void {
    number.lastIndex = this.position;
    const text = number.exec(this.source)![0];
    const after = this.source.charAt(this.position + text.length);
    if (/[A-Za-z0-9_.]/.test(after)) throw expressionError(`${text}${after}… is not a number`, this.place());
    if (/^0\d/.test(text))
      throw expressionError(`${text} has a leading zero`, this.place(), "write a text in quotes or drop the zero");
    const value = Number(text);
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
      throw expressionError(
        `${text} is beyond 2^53 and cannot be held exactly`,
        this.place(),
        "write it as a text in quotes",
      );
    this.push("number", text);
    this.position += text.length;
  }

  private name(): void {
    name.lastIndex = this.position;
    const text = name.exec(this.source)![0];
    const after = this.source.charAt(this.position + text.length);
    if (after === "'" || after === '"')
      throw expressionError(
        `the string prefix ${text} is not part of the language`,
        this.place(),
        "write a plain quoted text",
      );
    if (isForbiddenName(text)) throw expressionError(`the name ${text} is not allowed`, this.place());
    this.push("name", text);
    this.position += text.length;
  }

  private template(): void {
    template.lastIndex = this.position;
    const match = template.exec(this.source);
    if (match === null)
      throw expressionError("{{ is not closed by }} on a plain path", this.place(), "write {{ steps.NAME.output }}");
    this.push("template", match[1]!);
    const lines = match[0].split("\n");
    this.position += match[0].length;
    if (lines.length > 1) {
      this.line += lines.length - 1;
      this.lineStart = this.position - lines.at(-1)!.length;
    }
  }

  private string(quote: string): void {
    const at = this.place();
    let text = "";
    this.position += 1;
    for (;;) {
      const character = this.source.charAt(this.position);
      if (character === "" || character === "\n") throw expressionError("this text has no closing quote", at);
      this.position += 1;
      if (character === quote) break;
      text += character === "\\" ? this.escape(at) : character;
    }
    if (this.source.charAt(this.position) === quote)
      throw expressionError("two texts without an operator between them", at);
    if (text.includes("{{"))
      throw expressionError(
        "a template inside quotes is never filled in here",
        at,
        "write {{ path }} without quotes: it is an operand",
      );
    this.push("string", text, at);
  }

  private escape(at: Place): string {
    const character = this.source.charAt(this.position);
    this.position += 1;
    const value = escapes[character];
    if (value === undefined || !Object.hasOwn(escapes, character))
      throw expressionError(`unknown escape \\${character}`, at, "use \\n \\t \\r \\\\ \\' or \\\"");
    return value;
  }

  private symbol(character: string): void {
    const found = symbols.find((symbol) => this.source.startsWith(symbol, this.position));
    if (found === undefined)
      throw expressionError(`unexpected ${JSON.stringify(character)}`, this.place(), hintFor(character));
    if ("([{".includes(found)) this.brackets += 1;
    if (")]}".includes(found)) this.brackets = Math.max(0, this.brackets - 1);
    this.push("symbol", found);
    this.position += found.length;
  }
}

function hintFor(character: string): string | undefined {
  if (character === "&") return "write and";
  if (character === "|") return "write or";
  if (character === "!") return "write not, or !=";
  if (character === "?") return "write A if TEST else B";
  return undefined;
}

/**
 * Splits a source into tokens.
 * @throws PolicyError `bad_expression` with line and column for anything that is not in the language, and for sources
 * longer than 8 KB (`reference/reliability.md` I9).
 */
export function tokenize(source: string, mode: SourceMode): readonly Token[] {
  if (source.length > sourceLimit)
    throw expressionError(`${source.length} characters are more than the ${sourceLimit} an expression may have`, {
      line: 1,
      column: 1,
    });
  return new Lexer(source, mode).run();
}
