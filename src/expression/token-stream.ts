import type { PolicyError } from "../core/errors.ts";
import { expressionError, isForbiddenName } from "./limits.ts";
import type { Token, TokenKind } from "./tokens.ts";

/** A cursor over tokens with the few questions a recursive parser asks. */
export class TokenStream {
  private position = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  protected peek(ahead = 0): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]!;
  }

  protected advance(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  protected isSymbol(text: string): boolean {
    const token = this.peek();
    return token.kind === "symbol" && token.text === text;
  }

  protected takeSymbol(text: string): boolean {
    const found = this.isSymbol(text);
    if (found) this.position += 1;
    return found;
  }

  protected expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) throw this.unexpected(text);
  }

  protected takeWord(word: string): boolean {
    const token = this.peek();
    const found = token.kind === "name" && token.text === word;
    if (found) this.position += 1;
    return found;
  }

  protected takeKind(kind: TokenKind): boolean {
    const found = this.peek().kind === kind;
    if (found) this.position += 1;
    return found;
  }

  protected takeName(): string {
    const token = this.peek();
    if (token.kind !== "name") throw this.unexpected("a name");
    if (isForbiddenName(token.text)) throw expressionError(`the name ${token.text} is not allowed`, token.at);
    this.position += 1;
    return token.text;
  }

  atEnd(): boolean {
    return this.peek().kind === "end";
  }

  /** @throws PolicyError `bad_expression` when something is left over. */
  expectEnd(): void {
    if (!this.atEnd()) throw this.unexpected("the end");
  }

  /** The fault for a token that cannot stand where it stands. */
  protected unexpected(wanted: string): PolicyError {
    const token = this.peek();
    return expressionError(`expected ${wanted}, found ${describeToken(token)}`, token.at);
  }
}

function describeToken(token: Token): string {
  if (token.kind === "end") return "the end";
  if (token.kind === "newline") return "the end of the line";
  if (token.kind === "indent" || token.kind === "dedent") return "a change of indentation";
  if (token.kind === "string")
    return `the text ${JSON.stringify(token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text)}`;
  if (token.kind === "template") return `{{${token.text}}}`;
  return token.text;
}
