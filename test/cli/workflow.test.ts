import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Trace } from "../../src/run/trace.ts";
import { cli, temporaryFolder } from "./run-cli.ts";

const seed = "auto-remediate-s3-public-access";
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder.path, name);
  await writeFile(path, text);
  return path;
};
const dryRun = (...args: string[]) => cli(["workflow", "test", "--dry-run", ...args]);
const golden = (name: string) => readFile(join(import.meta.dirname, "golden", name), "utf8");

describe("workflow test", () => {
  test("the seed workflow on the sample, as the seed document calls it", async () => {
    const args = ["--workflow-file", `${seed}.yaml`, "--test-data", "public-bucket.json"];
    const short = await dryRun(...args);
    expect(short).toEqual({ code: 0, err: "", out: await golden("public-bucket.txt") });
    const verbose = await dryRun(...args, "--verbose");
    expect({ ...verbose, out: verbose.out.replace(/[0-9a-f]{64}/, "DIGEST") }).toEqual({
      code: 0,
      err: "",
      out: await golden("public-bucket-verbose.txt"),
    });
  });

  test("an event that does not start it: which condition failed, and its actual value", async () => {
    const args = ["--workflow-file", seed, "--test-data", "private-bucket"];
    expect(await dryRun(...args)).toEqual({ code: 1, err: "", out: await golden("private-bucket.txt") });
    const junit = await dryRun(...args, "--format", "junit");
    expect(junit.code).toBe(1);
    expect(junit.out).toContain('<failure message="severity is LOW, wanted HIGH or CRITICAL"/>');
  });

  test("JSON is one value, with nothing beside it", async () => {
    const { code, out, err } = await dryRun(
      "--workflow-file",
      seed,
      "--test-data",
      "public-bucket",
      "--format",
      "json",
    );
    const trace = JSON.parse(out) as Trace;
    expect({ code, err, state: trace.state, path: trace.path }).toEqual({
      code: 0,
      err: "",
      state: "succeeded",
      path: ["assess_risk", "approval", "disable_public_access", "disable_public_access.verify", "notify_team"],
    });
    expect(trace.approvals).toMatchObject([
      { stages: [{ roles: ["security_team", "resource_owner"], required: 2 }], timeout_ms: 300_000, assumed: true },
    ]);
  });

  test("JUnit holds the trigger and every step", async () => {
    const { code, out } = await dryRun("--workflow-file", seed, "--test-data", "public-bucket", "--format", "junit");
    expect(code).toBe(0);
    expect(out).toContain(`<testsuite name="${seed}" tests="6" failures="0" errors="0" skipped="0"`);
    expect(out.match(/<testcase /g)).toHaveLength(6);
  });

  test("a file that is not deployed is read with the deployed policies", async () => {
    const text = await readFile(`workflows/${seed}.yaml`, "utf8");
    const path = await file("mine.yaml", text.replace('["HIGH", "CRITICAL"]', '"LOW"'));
    const { code, out } = await dryRun("--workflow-file", path, "--test-data", "private-bucket");
    expect(code).toBe(0);
    expect(out).toContain("result: succeeded when it is approved");
  });

  test("a name in an event cannot steer the terminal", async () => {
    const sample = await readFile("workflows/samples/public-bucket.json", "utf8");
    const path = await file("escape.json", sample.replace('"name": "acme-logs"', '"name": "acme\\u001b[2J"'));
    const { out } = await dryRun("--workflow-file", seed, "--test-data", path);
    expect(out).toContain("acme\ufffd[2J");
  });

  test("a time can be given", async () => {
    const args = ["--workflow-file", seed, "--test-data", "public-bucket"];
    expect((await dryRun(...args, "--at", "2026-11-21T10:00:00Z")).code).toBe(0);
    expect(await dryRun(...args, "--at", "yesterday")).toMatchObject({ code: 2, out: "" });
  });

  const badData: readonly (readonly [string, string, string])[] = [
    ["no value", '{"a": 1,\n  "b": oops}', "bad.json:2:8: not valid JSON"],
    ["cut off", '{"a": 1,\n', "bad.json:1:9: not valid JSON: the text ends"],
    ["a key twice", '{"event_type": "a.b",\n "event_type": "a.b"}', "bad.json:2:3: the field is there twice"],
    ["an unknown format", '{"hello": 1}', "bad.json:1:1: no known event format"],
    [
      "a broken native event",
      '{"event_type": "policy.violation.created",\n "violation": {"id": "x", "policy": {"name": "p"},\n  "severity": "HUGE", "resource": {"id": "r"}}}',
      "bad.json:3:15: /violation/severity: ",
    ],
    ["two events", '[{"event_type": "a.b"}, {"event_type": "a.b"}]', "bad.json:1:1: the file holds 2 events"],
  ];
  test.each(badData)("bad data, %s: one line with its place, exit 2", async (_name, text, wanted) => {
    const path = await file("bad.json", text);
    const { code, out, err } = await dryRun("--workflow-file", seed, "--test-data", path);
    expect({ code, out, lines: err.trim().split("\n").length }).toEqual({ code: 2, out: "", lines: 1 });
    expect(err).toContain(`policycortex: ${folder.path}/${wanted}`);
    expect(err).not.toMatch(/\n\s+at /);
  });

  const wrongWords: readonly (readonly [string, string[], string])[] = [
    [
      "no such workflow",
      ["--workflow-file", "auto-remediate-s3-public", "--test-data", "public-bucket"],
      "did you mean",
    ],
    ["no such data", ["--workflow-file", seed, "--test-data", "nowhere.json"], "nowhere.json: there is no such file"],
    ["a policy document", ["--workflow-file", "workflows/conditions.yaml", "--test-data", "public-bucket"], "no workflow in this file"], // prettier-ignore
    ["an unknown format", ["--workflow-file", seed, "--test-data", "public-bucket", "--format", "xml"], "xml"],
    ["nothing", [], "--workflow-file"],
  ];
  test.each(wrongWords)("wrong words, %s: exit 2", async (_name, args, wanted) => {
    const { code, out, err } = await dryRun(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(wanted);
  });

  test("a workflow with errors: every one with its place, exit 2", async () => {
    const path = await file(
      "broken.yaml",
      "workflow:\n  name: broken\n  steps:\n    - { name: a, type: remediation }\n",
    );
    const { code, out, err } = await dryRun("--workflow-file", path, "--test-data", "public-bucket");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/broken\.yaml:\d+:\d+: error: /);
  });
});

describe("workflow lint, list, show", () => {
  test("the shipped documents have no problems", async () => {
    expect(await cli(["workflow", "lint"])).toMatchObject({ code: 0, out: "7 documents, no problems\n", err: "" });
  });

  test("problems are told with their places, exit 1; a path that is not there is bad input", async () => {
    const path = await file("lint.yaml", "conditions:\n  - name: c\n    expression: 'a =='\nworkflw: {}\n");
    const { code, out } = await cli(["workflow", "lint", path]);
    expect(code).toBe(1);
    expect(out).toMatch(/lint\.yaml:3:\d+: error: /);
    expect(out).toMatch(/lint\.yaml:4:1: error: .*workflow/);
    const json = await cli(["workflow", "lint", path, "--format", "json"]);
    expect((JSON.parse(json.out) as unknown[]).length).toBeGreaterThanOrEqual(2);
    expect(await cli(["workflow", "lint", "nowhere"])).toMatchObject({ code: 2, out: "" });
  });

  test("list and show", async () => {
    expect((await cli(["workflow", "list"])).out).toContain(seed);
    const { out } = await cli(["workflow", "show", seed]);
    expect(out).toContain("severity       HIGH or CRITICAL");
    expect(JSON.parse((await cli(["workflow", "show", seed, "--format", "json"])).out)).toMatchObject({ name: seed });
    const missing = await cli(["workflow", "show", "auto-remediate"]);
    expect(missing).toMatchObject({ code: 2, out: "" });
  });

  test("a workflows folder that is not there", async () => {
    const environment = { POLICYCORTEX_WORKFLOWS: join(folder.path, "none") };
    const { code, err } = await cli(["workflow", "list"], environment);
    expect(code).toBe(2);
    expect(err).toContain("POLICYCORTEX_WORKFLOWS");
  });
});
