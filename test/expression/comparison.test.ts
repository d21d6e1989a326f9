import { expect, test } from "@jest/globals";
import type { Json } from "../../src/core/json.ts";
import { parseComparison, satisfies } from "../../src/expression/comparison.ts";

// I18: each bound, from both sides.
const table: readonly (readonly [Json, Json | undefined, boolean | "unknown"])[] = [
  ["< 6.0", 5.9, true],
  ["< 6.0", 6, false],
  [">= 6.0 AND < 9.0", 5.9, false],
  [">= 6.0 AND < 9.0", 6, true],
  [">= 6.0 AND < 9.0", 8.9, true],
  [">= 6.0 AND < 9.0", 9, false],
  [">= 9.0", 9, true],
  [">= 9.0", 10, true],
  ["LOW", "LOW", true],
  ["LOW", "MEDIUM", false],
  ["MEDIUM OR HIGH", "MEDIUM", true],
  ["MEDIUM OR HIGH", "HIGH", true],
  ["MEDIUM OR HIGH", "CRITICAL", false],
  [">= MEDIUM", "CRITICAL", true],
  [">= MEDIUM", "LOW", false],
  ["< 2 OR > 8 AND < 9", 8.5, true],
  ["< 2 OR > 8 AND < 9", 9, false],
  ["!= 'a b'", "c", true],
  ["-1.5", -1.5, true],
  [true, true, true],
  [true, false, false],
  ["true", true, true],
  [6, 6, true],
  [["LOW", "HIGH"], "HIGH", true],
  // What cannot be compared says neither yes nor no.
  ["< 6.0", undefined, "unknown"],
  ["< 6.0", null, "unknown"],
  ["< 6.0", "5", "unknown"],
  ["< 6.0", Number.NaN, "unknown"],
  [">= MEDIUM", "severe", "unknown"],
  ["LOW", 1, "unknown"],
  [true, "true", "unknown"],
];

test.each(table)("%j against %j: %s", (written, value, expected) => {
  expect(satisfies(parseComparison(written), value)).toBe(expected);
});

test.each([
  "",
  "<",
  "< 6.0 AND",
  "AND",
  "6.0 < 9.0",
  "(1)",
  "< 6.0 && > 1",
  "MEDIUM, HIGH",
  "=> 5",
  "__proto__ OR",
  null,
  {},
] as readonly Json[])("%j is refused", (written) => {
  expect(() => parseComparison(written)).toThrow(/is not a comparison/);
});
