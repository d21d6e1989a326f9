import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "@jest/globals";

import { startSlack } from "../../../src/sandbox/slack/server.ts";
import { ALERTS, buttonCard, clientOf, refusal, withSlack } from "./sandbox.ts";

const folder = mkdtempSync(join(tmpdir(), "sandbox-slack-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("state outlives the process: secrets, messages with all versions, people, response URLs, ids", async () => {
  const stateFile = join(folder, "deep", "slack.json");
  const first = await startSlack({ stateFile });
  const { ts } = await clientOf(first).chat.postMessage(buttonCard());
  await clientOf(first).chat.update({ channel: ALERTS, ts: ts!, text: "second" });
  first.driver.editGroup("security", []);
  await first.stop();
  expect(statSync(stateFile).mode & 0o777).toBe(0o600);
  const second = await startSlack({ stateFile });
  expect([second.botToken, second.signingSecret]).toEqual([first.botToken, first.signingSecret]);
  expect(second.driver.versions(ALERTS, ts!).map(({ text }) => text)).toEqual(["A card", "second"]);
  expect((await clientOf(second).usergroups.users.list({ usergroup: "S0SECURITY" })).users).toEqual([]);
  const next = await clientOf(second).chat.postMessage({ channel: ALERTS, text: "x" });
  expect(next.ts! > ts!).toBe(true);
  await second.stop();
});

test("a state file that is not JSON stops the start with its name", async () => {
  const stateFile = join(folder, "broken.json");
  writeFileSync(stateFile, "{");
  await expect(startSlack({ stateFile })).rejects.toThrow("broken.json");
  expect(readFileSync(stateFile, "utf8")).toBe("{");
});

test("a taken port and a foreign host are refused in one line", () =>
  withSlack(async (slack) => {
    await expect(startSlack({ port: Number(new URL(slack.url).port) })).rejects.toThrow("it is taken");
    await expect(startSlack({ host: "0.0.0.0" })).rejects.toThrow("only listens on this machine");
  }));

test("faults: error, status, 429 with and without Retry-After, 200 rate_limited, lost answers, delay", () =>
  withSlack(async (slack, client) => {
    const post = () => client.chat.postMessage({ channel: ALERTS, text: "x" });
    const fault = (rule: object) => slack.driver.setFault({ method: "chat.postMessage", kind: "error", ...rule });
    fault({ kind: "error", value: "fatal_error", nth: 2 });
    await post();
    expect(await refusal(post())).toMatchObject({ error: "fatal_error" });
    await post();
    slack.driver.clearFaults();
    fault({ kind: "200_rate_limited" });
    expect(await refusal(post())).toMatchObject({ error: "rate_limited" });
    fault({ kind: "429", value: 7 });
    await expect(post()).rejects.toMatchObject({ retryAfter: 7 });
    fault({ kind: "429" });
    await expect(post()).rejects.toThrow();
    fault({ kind: "status", value: 503 });
    await expect(post()).rejects.toMatchObject({ statusCode: 503 });
    const before = slack.driver.messages(ALERTS).length;
    fault({ kind: "drop_before" });
    await expect(post()).rejects.toThrow();
    expect(slack.driver.messages(ALERTS)).toHaveLength(before);
    fault({ kind: "drop_after" });
    await expect(post()).rejects.toThrow();
    expect(slack.driver.messages(ALERTS)).toHaveLength(before + 1);
    fault({ kind: "delay", value: 120, channel: ALERTS });
    const started = performance.now();
    await post();
    expect(performance.now() - started).toBeGreaterThan(110);
    expect(slack.driver.apiLog().filter(({ ok }) => !ok)).toHaveLength(6);
  }));

test("limits are counted, and enforced when asked for; time refills them", async () => {
  await withSlack(async (slack, client) => {
    for (let call = 0; call < 5; call += 1) await client.chat.postMessage({ channel: ALERTS, text: "x" });
    expect(slack.driver.apiLog().map(({ overLimit }) => overLimit)).toEqual([false, false, false, true, true]);
  });
  const enforced = async (
    _: unknown,
    client: ReturnType<typeof clientOf>,
    slack: { driver: { elapse(ms: number): void } },
  ) => {
    for (let call = 0; call < 20; call += 1) await client.usergroups.list();
    await expect(client.usergroups.list()).rejects.toMatchObject({ retryAfter: 3 });
    slack.driver.elapse(3_000);
    await client.usergroups.list();
  };
  await withSlack((slack, client) => enforced(undefined, client, slack), { enforceLimits: true });
});

/** A request with any Host header, which `fetch` would not send. */
function get(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

test("the page answers only this machine's names and its own origin", () =>
  withSlack(async ({ url }) => {
    const { host, port } = new URL(url);
    expect(await get(url, {})).toBe(200);
    expect(await get(url, { host: `localhost:${port}` })).toBe(200);
    expect(await get(url, { host: "slack.example" })).toBe(403);
    expect(await get(url, { host: "127.0.0.1.example" })).toBe(403);
    expect(await get(`${url}/sandbox-api/workspace`, { host, origin: "http://evil.example" })).toBe(403);
    expect(await get(`${url}/sandbox-api/workspace`, { host, origin: "null" })).toBe(403);
    expect(await get(`${url}/sandbox-api/workspace`, { host, origin: url })).toBe(200);
    expect(await get(`${url}/page/app.js`, {})).toBe(200);
    expect(await get(`${url}/page/..%2fmain.ts`, {})).toBe(404);
    expect(await get(`${url}/archives/${ALERTS}/p1234567890123456`, {})).toBe(200);
  }));

test("the page's routes act as the driver does", () =>
  withSlack(async (slack, client) => {
    const post = async (operation: string, body: object) => {
      const response = await fetch(`${slack.url}/sandbox-api/${operation}`, {
        method: "POST",
        body: JSON.stringify(body),
      });
      return {
        status: response.status,
        body: (await response.json()) as { result?: unknown; error?: { message: string } },
      };
    };
    const said = await post("say", { user: "U0ANALYST", channel: ALERTS, text: "a < b" });
    expect(said.body.result).toEqual(slack.driver.messages(ALERTS)[0]?.ts);
    expect(slack.driver.messages(ALERTS)[0]?.text).toBe("a &lt; b");
    const { ts } = await client.chat.postMessage(buttonCard());
    expect((await post("click", { user: "U0BOT", channel: ALERTS, ts, actionId: "go" })).status).toBe(409);
    expect((await post("click", { user: "U0ANALYST" })).status).toBe(400);
    expect((await post("nothing", {})).status).toBe(404);
    const finding = await post("send-finding", {});
    expect(finding.body.result).toMatchObject({ status: 0 });
  }));

test("the stream tells of changes", () =>
  withSlack(async (slack) => {
    const response = await fetch(`${slack.url}/sandbox-api/stream`);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    await slack.driver.say("U0ANALYST", ALERTS, "hello");
    let text = "";
    while (!text.includes("data:")) text += (await reader.read()).value ?? "";
    expect(text).toContain(`"channel":"${ALERTS}"`);
    await reader.cancel();
  }));
