import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { freePort, isAlive } from "../../src/store/embedded/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { finding, postEvent } from "../support/finding.ts";
import { dataFolder, serve, standing, type Served } from "../support/served.ts";

/** The product as a process: starts, second starts, ends, and everything that can be in the way (point 1 of the promise). */

const minute = 120_000;
let data: Awaited<ReturnType<typeof dataFolder>>;
let started: Served[] = [];

beforeEach(async () => {
  data = await dataFolder();
});
afterEach(async () => {
  for (const served of started)
    if (served.child.exitCode === null && served.child.signalCode === null) await served.end("SIGTERM");
  started = [];
  await data.remove();
}, 60_000);

async function start(options: Partial<Parameters<typeof serve>[0]> = {}): Promise<Served> {
  const served = await serve({ data: data.path, ...options });
  started.push(served);
  return served;
}

/** Ends without a stack trace, saying one clear line. @returns that line. */
async function refused(served: Served): Promise<string> {
  const code = await served.ended();
  expect([1, 2]).toContain(code);
  expect(served.err()).not.toMatch(/^\s+at /m);
  const lines = served
    .err()
    .split("\n")
    .filter((line) => line.startsWith("policycortex"));
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

async function runsOf(served: Served): Promise<{ id: string; state: string }[]> {
  const { token } = await standing(served.data);
  const response = await fetch(`${served.url}/api/v1/runs`, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { runs: { id: string; state: string }[] }).runs;
}

async function oneWaitingRun(served: Served): Promise<string> {
  const { token } = await standing(served.data);
  const answer = await postEvent({ url: served.url, token }, finding());
  const id = answer.results[0]!.runs[0]!;
  await eventually(async () => (await runsOf(served)).some((run) => run.id === id && run.state === "waiting"));
  return id;
}

test(
  "a first start is ready and says where; Ctrl-C leaves no process; a second start finds its data again",
  async () => {
    const first = await start();
    await first.ready();
    expect(first.out()).toContain(`${first.url}/sandbox`);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    const { postgres, sandbox, token } = await standing(data.path);
    expect([postgres.pid, sandbox.pid].every(isAlive)).toBe(true);
    const runId = await oneWaitingRun(first);
    expect(await first.end("SIGINT")).toBe(0);
    await eventually(() => !isAlive(postgres.pid) && !isAlive(sandbox.pid), 5_000, "no process left");

    const began = Date.now();
    const second = await start();
    await second.ready();
    process.stderr.write(`second start: ready after ${Date.now() - began} ms\n`);
    expect((await standing(data.path)).token).toBe(token);
    expect((await runsOf(second)).map(({ id }) => id)).toEqual([runId]);
    expect(await second.end("SIGTERM")).toBe(0);
  },
  minute,
);

test(
  "a busy port is one clear line that names it, and nothing was started",
  async () => {
    const port = await freePort();
    const squatter = createServer().listen(port, "127.0.0.1");
    const line = await refused(await start({ port }));
    squatter.close();
    expect(line).toContain(`port ${port} is in use`);
    await expect(readFile(join(data.path, "postgres.json"))).rejects.toThrow();
  },
  minute,
);

test(
  "a half-written postgres.json is one clear line that says what to do",
  async () => {
    await writeFile(join(data.path, "postgres.json"), '{"home":"0123456789abc');
    const line = await refused(await start());
    expect(line).toMatch(/postgres\.json is damaged/);
  },
  minute,
);

test(
  "a wrong setting is one clear line that names it and never shows its value",
  async () => {
    const line = await refused(await start({ environment: { POLICYCORTEX_SECRET_KEY: "tooshort-and-secret" } }));
    expect(line).toContain("POLICYCORTEX_SECRET_KEY");
    expect(line).not.toContain("tooshort");
  },
  minute,
);

test(
  "started twice on one data folder: the second says so in one line, the first lives on",
  async () => {
    const first = await start();
    await first.ready();
    const before = await standing(data.path);
    const line = await refused(await start());
    expect(line).toContain(data.path);
    expect(await standing(data.path)).toEqual(before);
    expect([before.postgres.pid, before.sandbox.pid].every(isAlive)).toBe(true);
    await oneWaitingRun(first);
  },
  minute,
);

test(
  "kill -9 of the bot: the sandbox ends by itself; a new start takes the database over and the run goes on",
  async () => {
    const first = await start();
    await first.ready();
    const before = await standing(data.path);
    const runId = await oneWaitingRun(first);
    await first.end("SIGKILL");
    await eventually(() => !isAlive(before.sandbox.pid), 10_000, "the sandbox ends with its bot");
    expect(isAlive(before.postgres.pid)).toBe(true);
    const second = await start();
    await second.ready();
    const after = await standing(data.path);
    expect(after.postgres.pid).toBe(before.postgres.pid);
    const runs = await runsOf(second);
    expect(runs.map(({ id, state }) => [id, state])).toEqual([[runId, "waiting"]]);
    expect(await second.end()).toBe(0);
    await eventually(() => !isAlive(after.postgres.pid) && !isAlive(after.sandbox.pid), 5_000, "no process left");
  },
  minute,
);
