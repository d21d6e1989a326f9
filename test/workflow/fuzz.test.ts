import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { PolicyError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import { evaluateExpression, runScript } from "../../src/expression/evaluate.ts";
import { parseDuration } from "../../src/expression/duration.ts";
import { parseExpression } from "../../src/expression/parse.ts";
import { parseScript } from "../../src/expression/script.ts";
import { renderTemplate } from "../../src/expression/template.ts";
import { loadDocuments } from "../../src/workflow/documents.ts";
import { actions, policies } from "./catalogue.ts";

/*
 * Fuzz of everything that reads text (issue 5 "Shown by"): only declared errors, never slow, the prototype untouched.
 * FUZZ_RUNS sets the number of cases of each parser; 5,000 in CI.
 */
const runs = Number(process.env["FUZZ_RUNS"] ?? 5_000);
const dictionary = (words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 })), { maxLength: 40 })
    .map((parts) => parts.join(""));

const scope: Record<string, Json> = { a: 1, b: "x", c: [1, "y"], d: { e: true, f: null }, risk_level: "HIGH" };
const expressionText = dictionary([
  " ",
  " ",
  "a",
  "b",
  "c",
  "d.e",
  "zz",
  "and ",
  "or ",
  "not ",
  "in ",
  "is ",
  "if ",
  "else ",
  "==",
  "<",
  ">=",
  "+",
  "-",
  "*",
  "/",
  "**",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ",",
  ":",
  "'",
  '"',
  "1",
  "2.5",
  "1e5",
  "HIGH",
  "LOW",
  "None",
  "True",
  "len(",
  "max(",
  "{{ a }}",
  "{{",
  "}}",
  "\n",
  "\\",
  "__class__",
  "constructor",
  ".",
  "#",
]);
const scriptText = dictionary([
  "x = ",
  "a",
  "1",
  "\n",
  "\n  ",
  "\n    ",
  "if a:",
  "elif b:",
  "else:",
  "return ",
  "return 1\n",
  "pass",
  "and ",
  "==",
  "'s'",
  "(",
  ")",
  "\t",
  "#",
]);
const yamlText = dictionary([
  "workflow:",
  "approvers:",
  "conditions:",
  "settings:",
  "approval_matrix:",
  "policies:",
  "permissions:",
  "\n",
  "\n  ",
  "\n    ",
  "\n    - ",
  "name: ",
  "steps:",
  "type: ",
  "evaluation",
  "action: ",
  "trigger: ",
  "event: a.b",
  "{",
  "}",
  "[",
  "]",
  ", ",
  ": ",
  "&a ",
  "*a",
  "!!str ",
  "<<: ",
  "__proto__: ",
  "constructor: ",
  "|",
  ">",
  "'",
  '"',
  "{{ a.b }}",
  "---\n",
  "\t",
  "# ",
  "1",
  "12345678901234567890",
  "null",
  "expression: ",
  "required_approvals: 2",
]);

function onlyPolicyErrors(run: () => unknown): void {
  const started = performance.now();
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
  }
  // 100 ms is the promise; a machine that runs other things gets room.
  expect(performance.now() - started).toBeLessThan(500);
}

const clean = Object.getOwnPropertyNames(Object.prototype).sort();
function prototypeUntouched(): void {
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(clean);
}

test("expressions", () => {
  fc.assert(
    fc.property(expressionText, (text) => onlyPolicyErrors(() => evaluateExpression(parseExpression(text), scope))),
    { numRuns: runs },
  );
  prototypeUntouched();
});

test("scripts", () => {
  fc.assert(
    fc.property(scriptText, (text) => onlyPolicyErrors(() => runScript(parseScript(text), scope))),
    { numRuns: runs },
  );
  prototypeUntouched();
});

test("templates", () => {
  const text = dictionary([
    "{{",
    "}}",
    "{{ a }}",
    "{{ d.e }}",
    "{{ d['e'] }}",
    "{%",
    "__proto__",
    ".",
    " ",
    "a",
    "[0]",
    "'",
  ]);
  fc.assert(
    fc.property(fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.dictionary(fc.string(), text)), (template) =>
      onlyPolicyErrors(() => renderTemplate(template, scope)),
    ),
    { numRuns: runs },
  );
  prototypeUntouched();
});

test("durations", () => {
  fc.assert(
    fc.property(dictionary(["5", "0", "s", "m", "h", "minutes", " ", "_", "-", ".", "e9", "days"]), (text) =>
      onlyPolicyErrors(() => parseDuration(text)),
    ),
    { numRuns: runs },
  );
});

test("YAML documents: problems with places, never a throw", () => {
  fc.assert(
    fc.property(yamlText, (text) => {
      const { problems } = loadDocuments([policies, { file: "f.yaml", text }], actions);
      for (const { location } of problems) {
        expect(location.line).toBeGreaterThanOrEqual(1);
        expect(location.column).toBeGreaterThanOrEqual(1);
        expect(location.line).toBeLessThanOrEqual(text.split("\n").length + 20);
      }
    }),
    { numRuns: runs },
  );
  prototypeUntouched();
});

test("a workflow whose values are replaced by anything is judged, never thrown at", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(
      fc.constantFrom(
        "name",
        "version",
        "trigger",
        "steps",
        "approval",
        "type",
        "parameters",
        "conditions",
        "script",
        "timeout",
        "required_approvals",
      ),
      value,
      (key, json) => {
        const steps = [
          { name: "a", type: "evaluation", script: "return 1" },
          {
            name: "fix",
            type: "remediation",
            action: "aws_s3_disable_public_access",
            parameters: { bucket_name: "acme" },
          },
        ];
        const approval = { approvers: ["security_team"] };
        const base: Record<string, unknown> = { name: "w", trigger: { event: "a.b" }, steps, approval };
        const target = ["type", "parameters"].includes(key)
          ? steps[1]!
          : ["conditions", "script", "timeout"].includes(key)
            ? steps[0]!
            : key === "required_approvals"
              ? approval
              : base;
        (target as Record<string, unknown>)[key] = json;
        const { documents, problems } = loadDocuments(
          [policies, { file: "w.yaml", text: JSON.stringify({ workflow: base }) }],
          actions,
        );
        expect(documents.workflows.length === 1 || problems.length > 0).toBe(true);
      },
    ),
    { numRuns: Math.ceil(runs / 5) },
  );
  prototypeUntouched();
});
