import { spawn } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findSandbox, startSandbox } from "../../src/host/sandbox-process.ts";
import { freePort } from "../../src/store/embedded/cluster.ts";
import { temporaryFolder, type Ran } from "./run-cli.ts";

const bin = join(import.meta.dirname, "../../bin/policycortex.mjs");
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** The built product, as a script runs it. */
function spawned(...args: string[]): Promise<Ran> {
  const env = { PATH: process.env["PATH"], HOME: folder.path, POLICYCORTEX_DATA: folder.path };
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const written = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (written.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (written.err += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? -1, ...written })));
}

/** The process id of the embedded PostgreSQL; 0 when it was stopped. */
const postgres = async () =>
  (JSON.parse(await readFile(join(folder.path, "postgres.json"), "utf8")) as { pid: number }).pid;

test("the program: help, an answer, a refusal, each with its exit code", async () => {
  const help = await spawned("--help");
  expect(help.code).toBe(0);
  for (const name of ["serve", "workflow", "run", "approval", "audit", "pause", "resume", "migrate", "doctor"])
    expect(help.out).toContain(name);
  const args = ["--workflow-file", "auto-remediate-s3-public-access", "--dry-run", "--format", "json"];
  const tested = await spawned("workflow", "test", ...args, "--test-data", "public-bucket.json");
  expect(tested.code).toBe(0);
  expect(JSON.parse(tested.out)).toMatchObject({ state: "succeeded" });
  expect(await spawned("frobnicate")).toMatchObject({ code: 2, out: "" });
});

test("on a fresh machine the embedded database is made, used and stopped again", async () => {
  const migrated = await spawned("migrate", "--format", "json");
  expect(migrated.code).toBe(0);
  expect((JSON.parse(migrated.out) as { applied: string[] }).applied.length).toBeGreaterThan(0);
  expect(await postgres()).toBe(0);
  expect(await spawned("approval", "list")).toMatchObject({ code: 0, out: "no approvals\n" });
  expect(await spawned("audit", "verify")).toMatchObject({ code: 0 });
  expect(await postgres()).toBe(0);
});

test("a running sandbox says where it is, in a file of its owner's that goes with it", async () => {
  const sandbox = await startSandbox(folder.path, await freePort(), false);
  try {
    expect(await findSandbox(folder.path)).toMatchObject({ slack: sandbox.slack, aws: sandbox.aws, slackInUse: false });
    expect((await stat(join(folder.path, "sandbox.json"))).mode & 0o777).toBe(0o600);
  } finally {
    await sandbox.stop();
  }
  expect(await findSandbox(folder.path)).toBeUndefined();
});
