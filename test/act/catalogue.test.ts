import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { z } from "zod";
import { actionFacts, loadCatalogue } from "../../src/act/catalogue.ts";
import { defineAction, isAction, type TellingAction } from "../../src/act/define-action.ts";
import { seedActions } from "../../src/act/seed-actions.ts";

const definer = join(import.meta.dirname, "../../src/act/define-action.ts");
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "policycortex-act-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function folder(name: string, actionName?: string): Promise<string> {
  const path = join(directory, name);
  await mkdir(path);
  const zod = import.meta.resolve("zod");
  const text = `import { z } from ${JSON.stringify(zod)};
    import { defineAction } from ${JSON.stringify(definer)};
    export const action = defineAction({ name: "${actionName ?? ""}", description: "", type: "notification", priority: "low",
      impact: "LOW", changesSomething: false, params: z.strictObject({}), estimatedDuration: 1,
      execute: async () => ({ status: "success", message: "", affected_systems: [] }) });`;
  await writeFile(join(path, "index.ts"), actionName === undefined ? "export const other = 1;" : text);
  return path;
}

test("the shipped catalogue holds the seed workflow's actions", async () => {
  const catalogue = await loadCatalogue();
  expect([...catalogue.keys()]).toEqual(expect.arrayContaining(["aws_s3_disable_public_access", "send_slack_message"]));
  for (const [name, action] of catalogue) {
    expect(action.name).toBe(name);
    expect(isAction(action)).toBe(true);
  }
});

test("a folder with its action's words in any order is found; connectors is none", async () => {
  await folder("pager-send-alert", "send_pager_alert");
  await mkdir(join(directory, "connectors"));
  await writeFile(join(directory, "notes.md"), "");
  expect([...(await loadCatalogue(directory)).keys()]).toEqual(["send_pager_alert"]);
});

test("a misnamed folder fails with its path", async () => {
  const path = await folder("pager-alert", "send_pager_alert");
  await expect(loadCatalogue(directory)).rejects.toMatchObject({
    code: "bad_config",
    message: `${path}: does not have the words of its action send_pager_alert`,
  });
});

test("an action a second time fails with its path", async () => {
  await folder("alert-send-pager", "send_pager_alert");
  const path = await folder("pager-send-alert", "send_pager_alert");
  await expect(loadCatalogue(directory)).rejects.toMatchObject({
    message: `${path}: action send_pager_alert is already in the catalogue`,
  });
});

test("a folder without an index, and an index without an action, fail with their path", async () => {
  const path = await folder("pager-send-alert");
  await expect(loadCatalogue(directory)).rejects.toMatchObject({
    message: `${join(path, "index.ts")}: exports no action`,
  });
  await rm(path, { recursive: true });
  const empty = join(directory, "pager-none");
  await mkdir(empty);
  await expect(loadCatalogue(directory)).rejects.toMatchObject({
    message: `${join(empty, "index.ts")}: cannot be loaded`,
  });
});

test("the facts hold the installed actions and all others that the seeds name", async () => {
  const facts = actionFacts(await loadCatalogue());
  expect(facts.get("aws_s3_disable_public_access")).toMatchObject({
    changesSomething: true,
    impact: "MEDIUM",
    type: "permission_reduction",
    installed: true,
  });
  expect(facts.get("send_slack_message")).toMatchObject({ changesSomething: false, installed: true });
  expect(facts.get("credential_rotation")).toMatchObject({ changesSomething: true, impact: "HIGH", installed: false });
  expect(new Set(seedActions.map(({ name }) => name)).size).toBe(23);
  for (const { name } of seedActions) expect(facts.get(name)?.name).toBe(name);
});

test("the seeds' parameters fit, others do not", () => {
  const facts = new Map(seedActions.map((action) => [action.name, action.params]));
  const recipients = { executives: ["ceo@company.com"], security: ["security@company.com"] };
  const report = { recipients, format: ["pdf", "interactive_dashboard_link"], subject: "Week 3" };
  expect(facts.get("send_report_email")?.safeParse(report).success).toBe(true);
  expect(facts.get("send_report_email")?.safeParse({ ...report, bcc: "x" }).success).toBe(false);
  expect(facts.get("deny_all_public_access")?.safeParse({}).success).toBe(true);
});

test("an action must be snake_case and fit its priority", () => {
  const telling: TellingAction<Record<string, never>> = {
    name: "tell",
    description: "",
    type: "notification",
    priority: "immediate",
    impact: "LOW",
    changesSomething: false,
    params: z.strictObject({}),
    estimatedDuration: 1,
    execute: async () => ({ status: "success", message: "", affected_systems: [] }),
  };
  expect(isAction(defineAction(telling))).toBe(true);
  expect(isAction(telling)).toBe(false);
  expect(() => defineAction({ ...telling, name: "Tell-it" })).toThrow("snake_case");
  expect(() => defineAction({ ...telling, estimatedDuration: 30_001 })).toThrow("do not fit priority immediate");
});
