import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { loadDocuments } from "../../src/workflow/documents.ts";
import { actions, policies } from "./catalogue.ts";

/*
 * Every way we know to get a document wrong, with what the author reads: `bad-documents.txt` holds document, a line of
 * `-----`, the exact problems with line and column, and a line of `=====`.
 */
const cases = readFileSync(new URL("./bad-documents.txt", import.meta.url), "utf8")
  .split("=====\n")
  .map((entry) => {
    const cut = entry.lastIndexOf("-----\n");
    return {
      text: entry.slice(0, cut),
      expected: entry
        .slice(cut + 6)
        .trimEnd()
        .split("\n"),
    };
  });

test("there are at least 120 of them", () => {
  expect(cases.length).toBeGreaterThanOrEqual(120);
});

test.each(cases)("$expected.0", ({ text, expected }) => {
  const { documents, problems } = loadDocuments([policies, { file: "d.yaml", text }], actions);
  const told = problems.map(
    ({ location, severity, message, hint }) =>
      `${location.line}:${location.column} ${severity}: ${message}${hint === undefined ? "" : ` (${hint})`}`,
  );
  expect(told).toEqual(expected);
  expect(problems.every((problem) => problem.location.file === "d.yaml")).toBe(true);
  expect(documents.workflows).toEqual([]);
});

test("a document of more than 256 KB is refused unread", () => {
  const { problems } = loadDocuments([{ file: "big.yaml", text: "x".repeat(262_145) }], actions);
  expect(problems).toMatchObject([{ code: "too_large", location: { line: 1, column: 1 } }]);
});

test("I12: bombs of aliases and nesting are refused at once", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh".replace(/./g, (name, at: number) => `${name}: &${name} [${`*${"abcdefg".charAt(at)},`.repeat(9)}]\n`)}`;
  const started = Date.now();
  for (const text of [
    bomb,
    "[".repeat(20_000),
    "a: &a [*a]\n",
    `${"- ".repeat(10_000)}x`,
    `${"{a: ".repeat(5_000)}1`,
  ]) {
    const { problems } = loadDocuments([{ file: "bomb.yaml", text }], actions);
    expect(problems.length).toBeGreaterThan(0);
  }
  expect(Date.now() - started).toBeLessThan(1_000);
});
