import { mkdir, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ApprovalView } from "../../src/core/approval.ts";
import { newId } from "../../src/core/identifiers.ts";
import { startSlack, type SlackSandbox } from "../../src/sandbox/slack/server.ts";
import { readControl } from "../../src/store/control.ts";
import { testEngine, workflowYaml } from "../support/engine.ts";
import { useStore } from "../support/database.ts";
import { approvalsOf, auditOf, FakeDirectory, requestOf } from "../approve/support.ts";
import { cli, temporaryFolder } from "./run-cli.ts";

const use = useStore();
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let slack: SlackSandbox;
const sandboxFile = () => join(folder.path, "sandbox.json");
const aws = { endpoint: "http://127.0.0.1:1", url: "", accessKeyId: "A", secretAccessKey: "S", accountId: "", region: "us-east-1" }; // prettier-ignore

async function announce(extra: object = {}): Promise<void> {
  const { url, apiUrl, botToken, signingSecret, teamId } = slack;
  const found = { slack: { url, apiUrl, botToken, signingSecret, teamId }, aws, pid: process.pid, slackInUse: true };
  await writeFile(sandboxFile(), JSON.stringify({ ...found, ...extra }), { mode: 0o600 });
}

beforeAll(async () => {
  folder = await temporaryFolder();
  slack = await startSlack();
});
afterAll(async () => {
  await slack.stop();
  await folder.remove();
});

const environment = () => ({
  DATABASE_URL: use.database.url,
  POLICYCORTEX_MIGRATION_URL: use.database.ownerUrl,
  POLICYCORTEX_DATA: folder.path,
});
const command = (...args: string[]) => cli(args, environment());

/** Two of the security team, as the sandbox's Slack knows it. */
const ask = () =>
  approvalsOf(use.store, new FakeDirectory()).request(
    requestOf({
      runId: newId(),
      stages: [{ name: "approval", roles: [{ role: "security_team", slackGroup: "@security" }], requiredApprovals: 2 }],
    }),
  );

describe("votes", () => {
  test("nobody votes while no sandbox runs", async () => {
    const id = await ask();
    const { code, out, err } = await command("approval", "approve", id, "--as", "U0ANALYST");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("no sandbox is running");
  });

  test("a stale file of a sandbox that is gone counts as none", async () => {
    await announce({ pid: 2 ** 22 + 1 });
    expect((await command("approval", "approve", await ask(), "--as", "U0ANALYST")).err).toContain("no sandbox");
  });

  test("outside the sandbox a name is no proof", async () => {
    const id = await ask();
    await announce({ slackInUse: false });
    const { code, out, err } = await command("approval", "approve", id, "--as", "U0ANALYST");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("proof");
    expect((await approvalsOf(use.store, new FakeDirectory()).view(id))!.votes).toEqual([]);
  });

  test("by Slack id and by e-mail, through the same rules; the operating-system user is audited", async () => {
    await announce();
    const id = await ask();
    const refused = await command("approval", "approve", id, "--as", "U0OUTSIDER");
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(await command("approval", "approve", id, "--as", "U0ANALYST")).toMatchObject({
      code: 0,
      out: "approve: counted, 1 of 2; the request is pending\n",
    });
    const second = await command("approval", "approve", id, "--as", "sam@example.com", "--format", "json");
    expect(JSON.parse(second.out)).toMatchObject({ outcome: "counted", state: "approved", approved: 2 });
    const again = await command("approval", "deny", id, "--as", "U0MANAGER", "--reason", "late");
    expect(again).toMatchObject({ code: 1, out: "" });

    const votes = (await auditOf(use.store.interactive, id)).filter((entry) => entry.action === "vote.cast");
    expect(votes).toHaveLength(2);
    expect(votes[0]!.details).toMatchObject({ via: "cli", os_user: userInfo().username });
    const shown = JSON.parse((await command("approval", "show", id, "--format", "json")).out) as ApprovalView;
    expect(shown.votes.map((vote) => [vote.name, vote.via])).toEqual([
      ["Ana Analyst", "cli"],
      ["Sam Senior", "cli"],
    ]);
  });

  const badWords: readonly (readonly [string, string[], string])[] = [
    ["nobody named", ["approve", "ID"], "--as"],
    ["a stranger", ["approve", "ID", "--as", "nobody@example.com"], "nobody in the sandbox"],
    ["an unknown id", ["approve", "ID", "--as", "U0NOBODY"], "not known"],
    ["a bot", ["approve", "ID", "--as", "U0BOT"], "bots cannot act"],
    ["a denial without a reason", ["deny", "ID", "--as", "U0ANALYST"], "--reason"],
    ["a denial with an empty reason", ["deny", "ID", "--as", "U0ANALYST", "--reason", " "], "--reason"],
    ["not an id", ["approve", "x", "--as", "U0ANALYST"], "x is not the id"],
    ["another id", ["show", "01a200e0-6326-7b9b-924f-514f8bceaaa1"], "there is no approval"],
    ["an unknown state", ["list", "--state", "rejected"], "--state"],
  ];
  test.each(badWords)("%s: exit 2", async (_name, args, wanted) => {
    await announce();
    const id = await ask();
    const { code, out, err } = await command("approval", ...args.map((arg) => (arg === "ID" ? id : arg)));
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(wanted);
  });

  test("the list, by state", async () => {
    const id = await ask();
    expect((await command("approval", "list", "--state", "pending")).out).toContain(id);
    expect((await command("approval", "list", "--state", "denied")).out).not.toContain(id);
  });
});

test("run show: text and JSON; an unknown run is bad input", async () => {
  const engine = testEngine(use.store, { values: new Map(), effects: [] }, workflowYaml("w", ["a"], false));
  const runId = await engine.start();
  await engine.drive(runId);
  const { code, out } = await command("run", "show", runId);
  expect(code).toBe(0);
  expect(out).toMatch(/state\s+succeeded/);
  expect(out).toMatch(/fix_a\s+succeeded/);
  expect(JSON.parse((await command("run", "show", runId, "--format", "json")).out)).toMatchObject({ id: runId, approvals: [] }); // prettier-ignore
  expect(await command("run", "show", newId())).toMatchObject({ code: 2, out: "" });
  expect(await command("run", "show", "x")).toMatchObject({ code: 2, out: "" });
});

test("pause and resume, in the name of the operating-system user", async () => {
  const switched = async () => (await readControl(use.store.interactive, "default", "pause"))?.["paused"];
  expect(await command("pause")).toMatchObject({ code: 0, err: "" });
  expect(await switched()).toBe(true);
  const { out } = await command("resume", "--format", "json");
  expect(JSON.parse(out)).toEqual({ paused: false, database: "sandbox", by: `os:${userInfo().username}` });
  expect(await switched()).toBe(false);
});

test("audit verify: intact, then every problem after somebody edited an entry", async () => {
  await command("pause");
  expect(await command("audit", "verify")).toMatchObject({ code: 0, err: "" });
  const admin = await import("pg").then(
    ({ default: pg }) => new pg.Client({ connectionString: use.database.ownerUrl }),
  );
  await admin.connect();
  await admin.query("ALTER TABLE audit_entry DISABLE TRIGGER USER");
  await admin.query("UPDATE audit_entry SET actor = 'os:somebody' WHERE action = 'tenant.paused'");
  await admin.end();
  const { code, out } = await command("audit", "verify");
  expect(code).toBe(1);
  expect(out).toContain("the audit log is broken");
  const json = JSON.parse((await command("audit", "verify", "--format", "json")).out) as { problems: string[] };
  expect(json.problems.length).toBeGreaterThan(0);
});

test("migrate: nothing twice", async () => {
  expect(await command("migrate")).toMatchObject({ code: 0, out: expect.stringContaining("up to date") });
  expect(JSON.parse((await command("migrate", "--format", "json")).out)).toEqual({ database: "sandbox", applied: [] });
});

describe("doctor", () => {
  test("one line per check; a problem exits 1", async () => {
    await announce();
    const { code, out } = await command("doctor");
    expect(code).toBe(1); // The sandbox file names an AWS that is not there, and serving wants its key.
    expect(out).toMatch(/^problem\s+configuration\s+POLICYCORTEX_SECRET_KEY/m);
    expect(out).toMatch(/^ok\s+workflows\s/m);
    expect(out).toMatch(/^ok\s+database\s+PostgreSQL \d+.*sandbox database/m);
    expect(out).toMatch(/^ok\s+database\s+the serving role cannot change the audit log/m);
    expect(out).toMatch(/^ok\s+slack\s/m);
    expect(out).toMatch(/^problem\s+aws\s/m);
  });

  test("nothing configured, nothing started: all well, and nothing is made", async () => {
    await rm(sandboxFile(), { force: true });
    const data = join(folder.path, "empty");
    await mkdir(data);
    const { code, out } = await cli(["doctor", "--format", "json"], { POLICYCORTEX_DATA: data });
    expect({ code, ok: (JSON.parse(out) as { ok: boolean }).ok }).toEqual({ code: 0, ok: true });
  });

  test("a database that does not answer, and one role for everything", async () => {
    const gone = await cli(["doctor"], { DATABASE_URL: "postgres://x@127.0.0.1:1/x", POLICYCORTEX_DATA: folder.path });
    expect(gone).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^problem\s+database\s+the database cannot be/m),
    });
    const owner = await cli(["doctor"], { DATABASE_URL: use.database.ownerUrl, POLICYCORTEX_DATA: folder.path });
    expect(owner.out).toMatch(/only triggers guard the audit log/);
  });
});

test("a database that does not answer is one line, exit 1", async () => {
  const { code, out, err } = await cli(["pause"], { DATABASE_URL: "postgres://x@127.0.0.1:1/x", POLICYCORTEX_DATA: folder.path }); // prettier-ignore
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err.trim().split("\n")).toHaveLength(1);
});
