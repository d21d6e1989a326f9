import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { hasCode } from "../../src/core/errors.ts";
import { canonicalJson } from "../../src/core/json.ts";
import { parseStrictJson } from "../../src/ingest/strict-json.ts";

function refusal(input: string | Uint8Array): { readonly path: string | undefined; readonly message: string } {
  try {
    parseStrictJson(input);
  } catch (error) {
    if (hasCode(error, "bad_input")) return { path: error.path, message: error.message };
    throw error;
  }
  throw new Error("it was taken");
}

const refused: readonly (readonly [string, string, string, RegExp])[] = [
  ["depth beyond 64", `{"a":${"[".repeat(64)}`, "/a" + "/0".repeat(63), /nested more than 64/],
  ["depth 10,000", "[".repeat(10_000), "/0".repeat(64), /nested/],
  ["a key twice", '{"a":{"b":1,"b":1}}', "/a/b", /twice/],
  ["a key twice, once escaped", '{"b":1,"\\u0062":1}', "/b", /twice/],
  ["a lone high surrogate, escaped", '{"a":["\\ud83d"]}', "/a/0", /surrogate/],
  ["a lone low surrogate, escaped", '["\\ude00x"]', "/0", /surrogate/],
  ["a lone surrogate in a key", '{"\\ud83d":1}', "", /surrogate/],
  ["U+0000", '{"a":"x\\u0000y"}', "/a", /U\+0000/],
  ["U+0000 in a key", '{"\\u0000":1}', "", /U\+0000/],
  ["a raw control character", '["a\u0001"]', "/0", /control characters/],
  ["an integer beyond 2^53", '{"n":9007199254740993}', "/n", /double/],
  ["2^53 itself", "[9007199254740992]", "/0", /double/],
  ["a whole number by exponent", "[1e21]", "/0", /double/],
  ["an overflow", "[-1e400]", "/0", /double/],
  ["an underflow", "[1e-400]", "/0", /double/],
  ["__proto__", '{"a":{"__proto__":{}}}', "/a/__proto__", /__proto__/],
  ["a trailing comma", "[1,]", "/1", /not valid JSON/],
  ["two values", "1 2", "", /the end/],
  ["nothing", "", "", /the text ends/],
  ["a leading zero", "[01]", "", /not valid JSON/],
  ["a cut text", '{"a":"b', "/a", /the text ends/],
  ["single quotes", "{'a':1}", "", /double quotes/],
  ["a pointer that needs escapes", '{"a/b~c":nul}', "/a~1b~0c", /not valid JSON/],
];

test.each(refused)("I16: %s is refused with its path", (_name, input, path, message) => {
  const { path: given, message: text } = refusal(input);
  expect(given).toBe(path);
  expect(text).toMatch(message);
});

test("I16: bytes that are not UTF-8 and half a pair of raw surrogates are refused", () => {
  expect(refusal(Buffer.from([0x22, 0xff, 0x22])).message).toMatch(/UTF-8/);
  expect(refusal(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])).message).toMatch(/UTF-8/);
  expect(refusal('"\ud800"').message).toMatch(/surrogate/);
});

test("a body beyond the limit is too large", () => {
  expect(() => parseStrictJson("[1]", { maxBytes: 2, maxDepth: 4 })).toThrow(/3 bytes are more than 2/);
});

test("what is taken is what JSON.parse reads, and has canonical JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      try {
        const read = parseStrictJson(text);
        expect(read).toEqual(JSON.parse(text));
        canonicalJson(read);
      } catch (error) {
        expect(text).toMatch(/__proto__|\d{16}|e[+-]\d\d/);
        expect(hasCode(error, "bad_input")).toBe(true);
      }
    }),
  );
});

test("any text is read as JSON.parse reads it or refused as bad_input, never anything else", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "a",
    "\\",
    "u0041",
    "0",
    "-",
    "1e9",
    "true",
    "null",
    " ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      try {
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      } catch (error) {
        if (!hasCode(error, "bad_input")) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});

test("I16: a quarter of a megabyte is read in less than 10 ms", () => {
  const finding = {
    id: "x".repeat(60),
    score: 8.75,
    tags: { Owner: "ana@example.com" },
    list: [1, 2, 3],
    note: "a\nb",
  };
  const bytes = Buffer.from(JSON.stringify(Array.from({ length: 1_700 }, () => finding)));
  expect(bytes.byteLength).toBeGreaterThan(256_000 * 0.9);
  const times = Array.from({ length: 30 }, () => {
    const start = process.cpuUsage();
    parseStrictJson(bytes);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  });
  expect(Math.min(...times)).toBeLessThan(10);
});

test("hostile megabytes are answered at once", () => {
  const start = performance.now();
  expect(parseStrictJson(`"${"\\n".repeat(500_000)}"`)).toBe("\n".repeat(500_000));
  refusal(`"${"\\n".repeat(500_000)}`);
  refusal("[".repeat(1_000_000));
  refusal(`[${"1".repeat(1_000_000)}]`);
  refusal(`{"${"k".repeat(900_000)}":x}`);
  expect(performance.now() - start).toBeLessThan(2_000);
});
