import { describe, expect, test } from "@jest/globals";
import { PolicyError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import { parseDuration } from "../../src/expression/duration.ts";
import { renderTemplate, templatePaths } from "../../src/expression/template.ts";

const scope = {
  violation: { resource: { name: "acme", tags: { "aws:x": "y" } }, score: 8.5, open: true, parts: ["a", "b"] },
  evil: "{{ secret }}",
  secret: "s3cr3t",
};

function fault(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
    return `${(error as PolicyError).code}: ${(error as PolicyError).message}`;
  }
  return "accepted";
}

describe("templates", () => {
  const rendered: readonly (readonly [Json, Json])[] = [
    ["plain", "plain"],
    ["{{ violation.resource.name }}", "acme"],
    ["S3 bucket {{ violation.resource.name }} closed", "S3 bucket acme closed"],
    ["{{violation.resource.name}}-{{violation.score}}-{{ violation.open }}", "acme-8.5-true"],
    // 7.5: a whole-value template keeps its type.
    ["{{ violation.score }}", 8.5],
    ["{{ violation.open }}", true],
    ["{{ violation.parts }}", ["a", "b"]],
    ["{{ violation.parts[1] }}", "b"],
    ["{{ violation.resource.tags['aws:x'] }}", "y"],
    [
      { a: ["{{ violation.score }}", 1, null], b: { c: "x{{ violation.open }}" } },
      { a: [8.5, 1, null], b: { c: "xtrue" } },
    ],
    // I2: what is filled in is never looked at again.
    ["{{ evil }}", "{{ secret }}"],
    ["a {{ evil }} b", "a {{ secret }} b"],
    ["closing }} alone", "closing }} alone"],
  ];
  test.each(rendered)("%j", (template, expected) => {
    expect(renderTemplate(template, scope)).toEqual(expected);
  });

  const refused: readonly (readonly [string, string])[] = [
    ["{{ violation.nope }}", "bad_template: {{ violation.nope }} names nothing that is known"],
    [
      "{{ violation.resource.name.length }}",
      "bad_template: {{ violation.resource.name.length }} names nothing that is known",
    ],
    ["{{ violation.toString }}", "bad_template: {{ violation.toString }} names nothing that is known"],
    ["{{ violation.__proto__ }}", "bad_template: {{ violation.__proto__ }} is not a plain path"],
    ["{{ constructor.constructor }}", "bad_template: {{ constructor.constructor }} is not a plain path"],
    ["{{ violation['__proto__'] }}", "bad_template: {{ violation['__proto__'] }} is not a plain path"],
    ["x {{ violation.parts }}", "bad_template: {{ violation.parts }} is a list and cannot stand inside a text"],
    ["x {{ violation.resource }}", "bad_template: {{ violation.resource }} is a dict and cannot stand inside a text"],
    ["{{ violation", "bad_template: {{ is not closed by }}"],
    ["{{ 1 + 1 }}", "bad_template: {{ 1 + 1 }} is not a plain path"],
    ["{{ f(x) }}", "bad_template: {{ f(x) }} is not a plain path"],
    ["{{ a | upper }}", "bad_template: {{ a | upper }} is not a plain path"],
    ["{{ }}", "bad_template: {{ }} is not a plain path"],
    ["{% if x %}", "bad_template: {% %} blocks are not part of the language"],
  ];
  test.each(refused)("%s is refused", (template, expected) => {
    expect(fault(() => renderTemplate(template, scope))).toBe(expected);
  });

  test("paths of everything inside", () => {
    expect(templatePaths({ a: "{{ x.y }} {{ z }}", b: ["{{ x.y }}", 1, { c: "{{ q['r'] }}" }] })).toEqual([
      "x.y",
      "z",
      "q.r",
    ]);
  });

  test("I7: keys with prototype names stay keys", () => {
    const template = JSON.parse('{"__proto__": {"polluted": "{{ secret }}"}}') as Json;
    const result = renderTemplate(template, scope) as object;
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect((result as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("durations (I13)", () => {
  test.each([
    ["30s", 30_000],
    ["24h", 86_400_000],
    ["72h", 259_200_000],
    ["5 minutes", 300_000],
    ["1 minute", 60_000],
    ["30_days", 2_592_000_000],
    ["500ms", 500],
    ["2 weeks", 1_209_600_000],
    ["10m", 600_000],
  ])("%s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each([
    "",
    "30",
    "s",
    "-5s",
    "+5s",
    "5 m in",
    "1e9h",
    "1.5h",
    "5  minutes",
    " 5s",
    "5s ",
    "5S",
    "1h30m",
    "5 parsecs",
    "0s",
    "99999999999s",
    "999999 days",
    "٣s",
    "5\ns",
    "constructor",
    "5 constructor",
  ])("%j is refused", (text) => {
    expect(fault(() => parseDuration(text))).toMatch(/^bad_input: /);
  });
});
