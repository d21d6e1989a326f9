import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { afterAll, expect, test } from "@jest/globals";

const data = mkdtempSync(join(tmpdir(), "sandbox-main-"));
afterAll(() => rmSync(data, { recursive: true }));

function start(...options: string[]) {
  const main = new URL("../../src/sandbox/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", main, "--data", data, ...options], { stdio: "pipe" });
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  let problems = "";
  child.stderr.on("data", (chunk: Buffer) => (problems += chunk.toString()));
  const exited = once(child, "exit") as Promise<[number | null, string | null]>;
  return { child, lines, exited, problems: () => problems };
}

test("prints one line when ready, ignores SIGINT, saves and ends when its parent is gone", async () => {
  const tokenFile = join(data, "token");
  writeFileSync(tokenFile, "event-token\n");
  const { child, lines, exited } = start("--bot-url", "http://127.0.0.1:1", "--event-token-file", tokenFile);
  await once(child.stdout, "data");
  const ready = JSON.parse(lines.join("")) as { slack: { url: string; apiUrl: string }; aws: { accountId: string } };
  expect(ready.slack).toMatchObject({ teamId: "T0SANDBOX", botUserId: "U0BOT", appId: "A0POLICY" });
  expect(ready.aws).toMatchObject({ accountId: "123456789012", region: "us-east-1" });
  child.kill("SIGINT");
  expect((await fetch(ready.slack.url)).status).toBe(200);
  child.stdin.end();
  expect(await exited).toEqual([0, null]);
  expect(lines).toHaveLength(1);
  expect([existsSync(join(data, "slack.json")), existsSync(join(data, "aws.json"))]).toEqual([true, true]);
});

test("a taken port is one clear line", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { exited, problems, lines } = start("--port", String(port));
  expect(await exited).toEqual([1, null]);
  expect(problems()).toBe(`sandbox: the local Slack cannot listen on port ${port}: it is taken\n`);
  expect(lines).toEqual([]);
  other.close();
});
