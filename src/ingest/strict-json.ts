import { PolicyError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";

interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

/** The body limit of CONTRACT, and a depth no honest finding comes near. */
const defaultJsonLimits: JsonLimits = { maxBytes: 1_048_576, maxDepth: 64 };

const escaped = /(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const numeral = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** With the `u` flag a surrogate class matches only one that has lost its other half. */
const loneSurrogate = /[\ud800-\udfff]/u;

/**
 * JSON that means the same to every reader: no key twice, no text PostgreSQL cannot store, no number that a double
 * changes, no nesting that exhausts a stack (reliability I16).
 * @throws PolicyError `bad_input` with a JSON pointer, `too_large` beyond `maxBytes`.
 */
export function parseStrictJson(input: string | Uint8Array, limits: JsonLimits = defaultJsonLimits): Json {
  const size = typeof input === "string" ? Buffer.byteLength(input) : input.byteLength;
  if (size > limits.maxBytes) throw new PolicyError("too_large", `${size} bytes are more than ${limits.maxBytes}`);
  const text = typeof input === "string" ? input : decodeUtf8(input);
  const lone = loneSurrogate.exec(text);
  if (lone) throw new PolicyError("bad_input", `half a surrogate pair at character ${lone.index}`);
  return new Reader(text, limits.maxDepth).document();
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PolicyError("bad_input", "the body is not UTF-8", { cause, hint: "send JSON encoded as UTF-8" });
  }
}

const quote = 0x22;
const backslash = 0x5c;

/** Where a text stops being plain: at its closing quote, an escape, a control character or the end. */
function plainEnd(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 0x20 && code !== quote && code !== backslash;)
    code = text.charCodeAt(++at);
  return at;
}

/** One pass, recursive, with the depth capped before the stack could be. */
class Reader {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document(): Json {
    this.#skipSpace();
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected("the end");
    return value;
  }

  #value(): Json {
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #object(): Json {
    const object: Record<string, Json> = {};
    this.#open();
    if (this.#closes("}")) return object;
    for (;;) {
      if (this.#text[this.#at] !== '"') throw this.#unexpected("a field name in double quotes");
      const key = this.#string();
      this.#path.push(key);
      // An own `__proto__` survives JSON.parse and then vanishes or bites in the first careless copy.
      if (key === "__proto__") throw this.#refuse("a field cannot be called __proto__");
      if (Object.hasOwn(object, key)) throw this.#refuse("the field is there twice");
      this.#skipSpace();
      this.#expect(":");
      object[key] = this.#value();
      this.#path.pop();
      this.#skipSpace();
      if (this.#closes("}")) return object;
      this.#expect(",");
    }
  }

  #array(): Json {
    const array: Json[] = [];
    this.#open();
    if (this.#closes("]")) return array;
    for (;;) {
      this.#path.push(array.length);
      array.push(this.#value());
      this.#path.pop();
      this.#skipSpace();
      if (this.#closes("]")) return array;
      this.#expect(",");
    }
  }

  #depth = 0;
  #open(): void {
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) throw this.#refuse(`nested more than ${this.#maxDepth} deep`);
    this.#at += 1;
    this.#skipSpace();
  }

  #closes(bracket: string): boolean {
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    this.#depth -= 1;
    return true;
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw this.#unexpected(character);
    this.#at += 1;
    this.#skipSpace();
  }

  #string(): string {
    const start = this.#at;
    const end = plainEnd(this.#text, start + 1);
    if (this.#text.charCodeAt(end) === quote) {
      this.#at = end + 1;
      return this.#text.slice(start + 1, end);
    }
    const raw = this.#match(escaped, start + 1);
    this.#at = start + 1 + raw.length;
    if (this.#text[this.#at] !== '"') throw this.#unexpected("the rest of a text (control characters and \\ escaped)");
    this.#at += 1;
    const text = JSON.parse(this.#text.slice(start, this.#at)) as string;
    if (text.includes("\0")) throw this.#refuse("a text holds the character U+0000, which cannot be stored");
    if (loneSurrogate.test(text)) throw this.#refuse("a text holds half a surrogate pair");
    return text;
  }

  #number(): number {
    const digits = this.#match(numeral, this.#at);
    if (digits === "") throw this.#unexpected("a JSON value");
    this.#at += digits.length;
    const value = +digits;
    // Fifteen digits always fit; nearly every number is that short.
    if (digits.length < 16 && !digits.includes("e") && !digits.includes("E")) return value;
    const vanished = value === 0 && /[1-9]/.test(digits.split(/[eE]/, 1)[0]!);
    if (!Number.isFinite(value) || vanished || (Number.isInteger(value) && !Number.isSafeInteger(value)))
      throw this.#refuse("a number is beyond what a double holds exactly", "write it as a string");
    return value;
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected("a JSON value");
    this.#at += word.length;
    return value;
  }

  #skipSpace(): void {
    let code = this.#text.charCodeAt(this.#at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = this.#text.charCodeAt(++this.#at);
  }

  #match(expression: RegExp, at: number): string {
    expression.lastIndex = at;
    return expression.exec(this.#text)?.[0] ?? "";
  }

  #unexpected(wanted: string): PolicyError {
    const where = this.#at >= this.#text.length ? "the text ends" : `character ${this.#at} is unexpected`;
    return this.#refuse(`not valid JSON: ${where}, wanted ${wanted}`);
  }

  #refuse(message: string, hint?: string): PolicyError {
    return new PolicyError("bad_input", message, { path: pointer(this.#path), ...(hint ? { hint } : {}) });
  }
}

/** A JSON pointer (RFC 6901), cut where a hostile key is long. */
export function pointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("")
    .slice(0, 1_000);
}
