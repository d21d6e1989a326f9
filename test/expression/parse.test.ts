import { expect, test } from "@jest/globals";
import { PolicyError } from "../../src/core/errors.ts";
import { parseExpression } from "../../src/expression/parse.ts";
import { parseScript } from "../../src/expression/script.ts";

function fault(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
    const { code, location, message, hint } = error as PolicyError;
    expect(code).toBe("bad_expression");
    return `${location!.line}:${location!.column} ${message}${hint === undefined ? "" : ` (${hint})`}`;
  }
  return "accepted";
}

const refused: readonly (readonly [string, string])[] = [
  ["", "1:1 the expression is empty"],
  ["  # nothing", "1:1 the expression is empty"],
  // I5: no brackets are ever put around a source, so none can be closed from inside.
  ["x >= MEDIUM\n) or (True", "2:1 expected the end, found )"],
  ["(a", "1:3 expected ), found the end"],
  ["a b", "1:3 expected the end, found b"],
  ["a and", "1:6 expected a value, found the end"],
  ["a = 1", "1:3 = assigns, it does not compare (write ==)"],
  ["a && b", '1:3 unexpected "&" (write and)'],
  ["a || b", '1:3 unexpected "|" (write or)'],
  ["!a", '1:1 unexpected "!" (write not, or !=)'],
  ["a ? b : c", '1:3 unexpected "?" (write A if TEST else B)'],
  ["a if b", "1:7 expected else, found the end"],
  ["a not b", "1:7 expected in, found b"],
  ["a is 3", "1:6 is compares with None, True or False only (write == instead)"],
  ["+a", "1:1 a leading + has no meaning (leave it out)"],
  ["(1, 2)", "1:3 tuples are not part of the language (write a list in [ ])"],
  ["[1 2]", "1:4 expected , or ], found 2"],
  ["{'a' 1}", "1:6 expected :, found 1"],
  ["{'a': 1 'b': 2}", '1:9 expected , or }, found the text "b"'],
  ["true", "1:1 unknown name true (write True)"],
  ["null", "1:1 unknown name null (write None)"],
  ["'abc", "1:1 this text has no closing quote"],
  ["'a\nb'", "1:1 this text has no closing quote"],
  ["'\\x41'", "1:1 unknown escape \\x (use \\n \\t \\r \\\\ \\' or \\\")"],
  ["'a' 'b'", '1:5 expected the end, found the text "b"'],
  ["'''a'''", "1:1 two texts without an operator between them"],
  ["f'{x}'", "1:1 the string prefix f is not part of the language (write a plain quoted text)"],
  [
    "'{{ x.y }}' == 'a'",
    "1:1 a template inside quotes is never filled in here (write {{ path }} without quotes: it is an operand)",
  ],
  ["{{ x + 1 }} == 2", "1:1 {{ x + 1 }} is not a plain path (write {{ steps.NAME.output }})"],
  ["{{ x", "1:1 {{ is not closed by }} on a plain path (write {{ steps.NAME.output }})"],
  ["012", "1:1 012 has a leading zero (write a text in quotes or drop the zero)"],
  ["12abc", "1:1 12a… is not a number"],
  ["1.2.3", "1:1 1.2.… is not a number"],
  ["9007199254740993", "1:1 9007199254740993 is beyond 2^53 and cannot be held exactly (write it as a text in quotes)"],
  ["1e999", "1:1 1e999 is beyond 2^53 and cannot be held exactly (write it as a text in quotes)"],
  ["a.b()", "1:4 only the built-in functions can be called (write len(x), lower(x), …; there are no methods)"],
  // I7 and I11: nothing that leads out of data.
  ["__import__('os')", "1:1 the name __import__ is not allowed"],
  ["x.__class__", "1:3 the name __class__ is not allowed"],
  ["x.constructor", "1:3 the name constructor is not allowed"],
  ["{{ x.__proto__ }}", "1:1 {{ x.__proto__ }} is not a plain path (write {{ steps.NAME.output }})"],
  ["lambda: 1", "1:1 lambda is not part of the language"],
  ["[x for x in y]", "1:4 expected , or ], found for"],
  ["(yield)", "1:2 yield is not part of the language"],
  ["exec('1')", "1:1 exec is not part of the language"],
  ["x := 1", "1:3 expected the end, found :"],
  ["x[1:2]", "1:4 expected ], found :"],
  ["a;b", '1:2 unexpected ";"'],
  ["a\u00a0b", '1:2 unexpected "\u00a0"'],
  ["not", "1:4 expected a value, found the end"],
];

test.each(refused)("%j is refused", (source, expected) => {
  expect(fault(() => parseExpression(source))).toBe(expected);
});

test("I9: length and depth are limited, whatever nests", () => {
  expect(fault(() => parseExpression("a".repeat(8_193)))).toBe(
    "1:1 8193 characters are more than the 8192 an expression may have",
  );
  for (const deep of [
    `${"(".repeat(65)}1${")".repeat(65)}`,
    `${"[".repeat(65)}${"]".repeat(65)}`,
    "not ".repeat(65) + "a",
    "-".repeat(65) + "1",
    "1+".repeat(66) + "1",
    "2**".repeat(65) + "1",
    "a".concat(".b".repeat(66)),
    "1 if a else ".repeat(65) + "2",
    "{'a':".repeat(65) + "1" + "}".repeat(65),
  ])
    expect(fault(() => parseExpression(deep))).toMatch(/more than 64 levels deep/);
  expect(parseExpression(Array.from({ length: 1_000 }, () => "a").join(" or ")).kind).toBe("logic");
});

const badScripts: readonly (readonly [string, string])[] = [
  ["", "1:1 not every way through this script returns a value (end it with return …)"],
  ["a = 1", "1:1 not every way through this script returns a value (end it with return …)"],
  ["if a:\n  return 1\n", "2:1 not every way through this script returns a value (end it with return …)"],
  [
    "for x in y:\n  return 1",
    "1:1 for is not part of the language (a script has assignments, if/elif/else and return)",
  ],
  ["import os\nreturn 1", "1:1 import is not part of the language (a script has assignments, if/elif/else and return)"],
  ["len(x)\nreturn 1", "1:1 this line computes something and drops it (assign it to a name or return it)"],
  ["if a\n  return 1", "1:5 expected :, found the end of the line"],
  ["if a:\nreturn 1", "2:1 expected an indented line, found return"],
  ["if a:\n    b = 1\n  return 1", "3:3 this indentation matches no line above"],
  ["if a:\n\treturn 1", "2:1 a tab in the indentation (indent with spaces)"],
  ["HIGH = 1\nreturn 1", "1:1 HIGH cannot be assigned to"],
  ["True = 1\nreturn 1", "1:1 True cannot be assigned to"],
  ["__a = 1\nreturn 1", "1:1 the name __a is not allowed"],
  ["a.b = 1\nreturn 1", "1:5 = assigns, it does not compare (write ==)"],
  ["return 1 2", "1:10 expected the end of the line, found 2"],
  ["  return 1", "1:3 expected a value, found a change of indentation"],
  ["else:\n  return 1", "1:1 expected a value, found else"],
];

test.each(badScripts)("script %j is refused", (source, expected) => {
  expect(fault(() => parseScript(source))).toBe(expected);
});
