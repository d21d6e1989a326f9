import { expect, test } from "@jest/globals";
import { runScript } from "../../src/expression/evaluate.ts";
import { parseScript } from "../../src/expression/script.ts";

const seed = `severity = "LOW"
if data_contains_ssn or data_contains_credit_card:
  severity = "CRITICAL"
elif data_contains_email or data_contains_phone:
  severity = "HIGH"
return severity
`;

test("the seed's script, word for word", () => {
  const script = parseScript(seed);
  const none = {
    data_contains_ssn: false,
    data_contains_credit_card: false,
    data_contains_email: false,
    data_contains_phone: false,
  };
  expect(runScript(script, { ...none, data_contains_ssn: true })).toEqual({
    status: "value",
    value: "CRITICAL",
    unknown: [],
  });
  expect(runScript(script, { ...none, data_contains_phone: true })).toEqual({
    status: "value",
    value: "HIGH",
    unknown: [],
  });
  expect(runScript(script, none)).toEqual({ status: "value", value: "LOW", unknown: [] });
});

test("7.2: a missing fact is false in a script's truth test, and its name is told", () => {
  expect(runScript(parseScript(seed), { data_contains_phone: true })).toEqual({
    status: "value",
    value: "HIGH",
    unknown: ["data_contains_ssn", "data_contains_credit_card", "data_contains_email"],
  });
  expect(runScript(parseScript("if not missing:\n  return 1\nreturn 2"), {})).toMatchObject({ value: 2 });
});

test("a returned value that is not known makes the result unknown", () => {
  expect(runScript(parseScript("a = missing\nreturn a"), {})).toEqual({ status: "unknown", names: ["missing"] });
});

test("nesting, comments, one-line blocks, pass, empty return", () => {
  const source = `# a comment
x = 0

if a > 1:  # more
    if a > 2:
        x = 3

    else: x = 2
elif a == 1: pass
else:
    return
return x`;
  const script = parseScript(source);
  expect([3, 2, 1, 0].map((a) => runScript(script, { a }))).toMatchObject([
    { value: 3 },
    { value: 2 },
    { value: 0 },
    { value: null },
  ]);
});

test("a list may run over lines inside brackets", () => {
  expect(runScript(parseScript("x = [\n  1,\n 2,\n]\nreturn len(x)"), {})).toMatchObject({ value: 2 });
});

test("a type mismatch ends the script with an error", () => {
  expect(runScript(parseScript("if flag:\n  return 1\nreturn 2"), { flag: "false" })).toMatchObject({
    status: "error",
  });
});

test("I9: doubling a text again and again meets a limit, not the memory", () => {
  const doubling = `x = 'aaaaaaaaaaaaaaaa'\n${"x = x + x\n".repeat(400)}return x`;
  expect(runScript(parseScript(doubling), {})).toEqual({
    status: "error",
    message: "a text of more than 65536 characters",
  });
  expect(runScript(parseScript(`x = [1]\n${"x = x + x\n".repeat(400)}return x`), {})).toEqual({
    status: "error",
    message: "a list of more than 10000 items",
  });
});

test("names a script assigns do not leak into the scope", () => {
  const scope = { a: 1 };
  runScript(parseScript("a = 2\nreturn a"), scope);
  expect(scope).toEqual({ a: 1 });
});
