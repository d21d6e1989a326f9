import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { evaluateCondition, evaluateExpression, type EvalResult } from "../../src/expression/evaluate.ts";
import { parseExpression } from "../../src/expression/parse.ts";

const scope: JsonObject = {
  risk_level: "CRITICAL",
  severity: "HIGH",
  score: 8.7,
  count: 3,
  name: "acme",
  yes: true,
  no: false,
  nothing: null,
  words: ["PII", "PHI"],
  unsafe: 9007199254740993,
  resource: { tags: { Environment: "production", "aws:stack": "s" }, contains_pii: false, admin_access_enabled: true },
  steps: { x: { output: "' or True or '" }, y: { output: "CRITICAL" } },
};

function run(source: string): EvalResult {
  return evaluateExpression(parseExpression(source), scope);
}

const values: readonly (readonly [string, Json])[] = [
  // I6: levels are ordered, whatever the alphabet says.
  ["risk_level >= MEDIUM", true],
  ["risk_level > CRITICAL", false],
  ["severity < 'CRITICAL'", true],
  ["LOW < MEDIUM < HIGH < CRITICAL", true],
  ["max('LOW', severity, MEDIUM)", "HIGH"],
  ["rank(risk_level)", 3],
  // I4: the output is an operand, never text of the expression.
  ["{{ steps.x.output }} == 'CRITICAL'", false],
  ["{{ steps.y.output }} == 'CRITICAL'", true],
  ["{{steps.y.output}} >= HIGH and yes", true],
  ["resource.tags.Environment == 'production'", true],
  ["resource['tags']['aws:stack'] == 's'", true],
  ["resource.contains_pii or\nresource.admin_access_enabled or\nresource.internet_facing", true],
  // Chains and precedence as in Python.
  ["1 < 2 < 3", true],
  ["3 > 2 > 2", false],
  ["1 == 1 != 2", true],
  ["not yes == no", true],
  ["no and yes or yes", true],
  ["no or yes and no", false],
  ["2 + 3 * 4 ** 2 ** 0", 14],
  ["-2 ** 2", -4],
  ["2 ** -1", 0.5],
  ["7 // 2", 3],
  ["-7 // 2", -4],
  ["-7 % 3", 2],
  ["7 % -3", -2],
  ["(1 + 2) * 3", 9],
  ["score >= 6.0 and score < 9.0", true],
  ["'a' if count > 2 else 'b'", "a"],
  ["'a' if no else 'b' if no else 'c'", "c"],
  ["'acm' in name", true],
  ["'PII' in words and 'PCI' not in words", true],
  ["'Environment' in resource.tags", true],
  ["nothing is None", true],
  ["yes is not False", true],
  ["nothing == None", true],
  ["[1, 'a', [True]]", [1, "a", [true]]],
  ["{'a': {'b': 1}}", { a: { b: 1 } }],
  ["[1, 2] + [3]", [1, 2, 3]],
  ["'a' + \"b\\n\"", "ab\n"],
  ["words[0]", "PII"],
  ["words[-1]", "PHI"],
  ["len(words) + len(name) + len({})", 6],
  ["sum([1, 2.5])", 3.5],
  ["min([3, 1, 2])", 1],
  ["abs(-3)", 3],
  ["any([no, yes]) and all([])", true],
  ["upper('a') + lower('B')", "Ab"],
  ["startswith(name, 'ac') and endswith(name, 'me')", true],
  ["True == 1", true],
  ["'5' == 5", false],
  ["name or 'x' if no else count", 3],
  ["no or name", "acme"],
  ["nothing or 0", 0],
  ["not nothing and not 0 and not [] and not {}", true],
  [".5 + 1.e1 + 1E2", 110.5],
  ["yes # a comment", true],
];

test.each(values)("%s", (source, expected) => {
  expect(run(source)).toEqual({ status: "value", value: expected, unknown: [] });
});

const unknowns: readonly (readonly [string, readonly string[]])[] = [
  ["missing", ["missing"]],
  ["not missing", ["missing"]],
  ["missing == None", ["missing"]],
  ["missing is None", ["missing"]],
  ["missing != 'x'", ["missing"]],
  ["missing >= LOW", ["missing"]],
  ["resource.tags.Team == 'a'", ["resource.tags.Team"]],
  ["resource.nope.deeper == 'a'", ["resource.nope.deeper"]],
  ["yes and missing", ["missing"]],
  ["no or missing", ["missing"]],
  ["missing or no", ["missing"]],
  ["not (missing or no)", ["missing"]],
  ["missing if yes else 1", ["missing"]],
  ["1 if missing else 1", ["missing"]],
  ["[missing]", ["missing"]],
  ["missing in words", ["missing"]],
  ["len(missing)", ["missing"]],
  ["1 < missing < 3", ["missing"]],
  ["{{ steps.z.output }} == 'CRITICAL'", ["steps.z.output"]],
  // I7: the prototype chain is not data.
  ["toString", ["toString"]],
  ["resource.valueOf", ["resource.valueOf"]],
  ["resource['hasOwnProperty']", ['resource["hasOwnProperty"]']],
];

test.each(unknowns)("%s is unknown", (source, names) => {
  expect(run(source)).toEqual({ status: "unknown", names });
});

describe("an unknown name decides nothing, and what is decided anyway says which it was", () => {
  test.each([
    ["missing or yes", true],
    ["missing and no", false],
    ["yes or missing", true],
    ["5 < 3 < missing", false],
    ["missing < 3 > 5", false],
  ] as const)("%s", (source, expected) => {
    expect(run(source)).toMatchObject({ status: "value", value: expected });
  });
});

// I8: a doubt is an error, never true.
const errors: readonly (readonly [string, string])[] = [
  ["None > 3", "> cannot compare None with a number"],
  ["'5' > 4", "> cannot compare a text with a number"],
  ["nothing.x", "nothing is None and has no x"],
  ["name.x", "name is a text and has no x"],
  ["name >= MEDIUM", '"acme" has no place in LOW < MEDIUM < HIGH < CRITICAL'],
  ["yes < 2", "< cannot compare a truth value with a number"],
  ["unsafe + 1", "9007199254740992 is beyond what a number can hold exactly"],
  ["unsafe > 1", "9007199254740992 is beyond what a number can hold exactly"],
  ["9007199254740991 + 1", "9007199254740992 is beyond what a number can hold exactly"],
  ["1 / 0", "division by zero"],
  ["1 % 0", "division by zero"],
  ["0 ** -1", "0 cannot be raised to a negative power"],
  ["(-8) ** 0.5", "NaN is beyond what a number can hold exactly"],
  ["10.0 ** 400", "Infinity is beyond what a number can hold exactly"],
  ["yes + 1", "+ cannot join a truth value and a number"],
  ["'a' * 3", "* cannot join a text and a number"],
  ["1 in 'abc'", "in looks for a text inside a text, not for a number"],
  ["1 in 5", "in cannot look into a number"],
  ["1 in resource", "the keys of a dict are texts, not a number"],
  ["not name", "a text has no truth value: compare it, as in x == 'yes'"],
  ["name and yes", "a text has no truth value: compare it, as in x == 'yes'"],
  ["missing or name and yes", "a text has no truth value: compare it, as in x == 'yes'"],
  ["words[5]", "there is no item 5 in a list of 2"],
  ["words['x']", "unknown"],
  ["name[0]", "a text cannot be indexed by a number"],
  ["nope(1)", "there is no function nope"],
  ["len(1)", "a number has no length"],
  ["len()", "len takes 1 to 1 values, not 0"],
  ["min([])", "min and max need at least one value"],
  ["lower(1)", "a number is not a text"],
  ["sum(['a'])", "a text is not a number"],
  ["any(1)", "a number is not a list"],
  ["rank('x')", "a text is not one of LOW, MEDIUM, HIGH, CRITICAL"],
  ["-name", "a text is not a number"],
  ["{1: 2}", "a number cannot be this key of a dict"],
  ["{'constructor': 1}", "a text cannot be this key of a dict"],
];

test.each(errors)("%s is an error", (source, message) => {
  const result = run(source);
  if (message === "unknown") expect(result.status).toBe("unknown");
  else expect(result).toEqual({ status: "error", message });
});

test("a condition must give a truth value, not a text", () => {
  expect(evaluateCondition(parseExpression("name"), scope)).toEqual({
    status: "error",
    message: "the condition gives a text, not a truth value",
  });
  expect(evaluateCondition(parseExpression("count"), scope)).toMatchObject({ value: true });
  expect(evaluateCondition(parseExpression("missing"), scope)).toMatchObject({ status: "unknown" });
});

test("I9: the step limit ends an evaluation with an error", () => {
  const long = parseExpression(Array.from({ length: 500 }, () => "yes").join(" and "));
  expect(evaluateExpression(long, scope, { steps: 100 })).toEqual({
    status: "error",
    message: "the expression takes too many steps",
  });
  expect(evaluateExpression(long, scope)).toMatchObject({ value: true });
});

test("an expression is evaluated fast enough to ask thousands of workflows", () => {
  const expression = parseExpression("risk_level >= MEDIUM and resource.tags.Environment == 'production'");
  // Time of our own: a busy machine makes everything slow on the wall.
  const started = process.cpuUsage();
  for (let count = 0; count < 100_000; count += 1) evaluateExpression(expression, scope);
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  // 300,000 a second is the goal (issue 5); a shared machine gets a wide margin.
  expect(100_000 / seconds).toBeGreaterThan(60_000);
});
