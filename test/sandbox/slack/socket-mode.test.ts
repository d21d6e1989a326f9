import { request } from "node:http";

import { App, SocketModeReceiver } from "@slack/bolt";
import { expect, test } from "@jest/globals";

import { startSlack } from "../../../src/sandbox/slack/server.ts";
import type { SlackSandbox, SlackSandboxOptions } from "../../../src/sandbox/slack/server.ts";
import { ALERTS, buttonCard, clientOf, plain, quiet, refusal, section, withSlack } from "./sandbox.ts";

const ANA = "U0ANALYST";

/** An unmodified Bolt app over Socket Mode. */
async function withSocketApp(
  run: (parts: { slack: SlackSandbox; app: App }) => Promise<void>,
  options: SlackSandboxOptions = {},
): Promise<void> {
  const slack = await startSlack(options);
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const { appToken, botToken: token } = slack;
  const receiver = new SocketModeReceiver({ appToken, logger: quiet, installerOptions: { clientOptions } });
  const app = new App({ token, receiver, logger: quiet, clientOptions });
  await app.start();
  try {
    await run({ slack, app });
  } finally {
    await app.stop();
    await slack.stop();
  }
}

test("an unmodified Bolt app over Socket Mode: events, clicks, commands and modals", () =>
  withSocketApp(async ({ slack, app }) => {
    const { driver } = slack;
    const client = clientOf(slack);
    const heard: string[] = [];
    app.event("app_mention", async ({ event }) => void heard.push(event.text));
    app.command("/policycortex", ({ ack, command }) => ack(`you said ${command.text}`));
    app.action("go", async ({ ack, body, client }) => {
      await ack();
      const { trigger_id } = body as unknown as { trigger_id: string };
      const element = { type: "plain_text_input" as const, action_id: "why" };
      const blocks = [section("x"), { type: "input" as const, block_id: "why", label: plain("Why"), element }];
      const view = { type: "modal" as const, callback_id: "why", title: plain("T"), submit: plain("Go"), blocks };
      await client.views.open({ trigger_id, view });
    });
    app.view("why", ({ ack, view }) =>
      view.state.values["why"]!["why"]!.value === "bad"
        ? ack({ response_action: "errors", errors: { why: "More" } })
        : ack(),
    );

    expect(slack.socketMode.connections()).toBe(1);
    driver.subscribe(["app_mention"]);
    await driver.say(ANA, ALERTS, "<@U0BOT> hello");
    await driver.settled();
    expect(heard).toHaveLength(1);
    expect(await driver.slash(ANA, ALERTS, "/policycortex", "é".repeat(70_000))).toMatchObject({ seen: "ok" });
    expect(driver.messages(ALERTS, { as: ANA }).at(-1)?.text).toHaveLength(9 + 70_000);

    const { ts } = await client.chat.postMessage(buttonCard());
    expect((await driver.click(ANA, { ts: ts!, actionId: "go" })).seen).toBe("ok");
    while (driver.views(ANA).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await driver.submitView(ANA, { why: { why: "bad" } })).toMatchObject({ viewErrors: { why: "More" } });
    expect((await driver.submitView(ANA, { why: { why: "good" } })).seen).toBe("modal_closed");
    expect(new Set(driver.deliveries().map(({ transport }) => transport))).toEqual(new Set(["socket"]));
  }));

test("an event that is not acknowledged comes again; a click does not", () =>
  withSocketApp(
    async ({ slack, app }) => {
      const attempts: unknown[] = [];
      app.event("app_mention", async ({ context }) => {
        attempts.push(context.retryNum);
        await Promise.resolve();
      });
      app.use(async ({ next, context, body }) => {
        if (context.retryNum === undefined && body["type"] === "event_callback") attempts.push("seen");
        await next();
      });
      app.action("slow", async () => undefined);
      await slack.driver.emit(ANA, { type: "app_mention", text: "x" });
      const { ts } = await clientOf(slack).chat.postMessage(buttonCard("slow"));
      expect(await slack.driver.click(ANA, { ts: ts!, actionId: "slow" })).toMatchObject({ seen: "warning" });
      await slack.driver.settled();
      expect(slack.driver.deliveries().filter(({ kind }) => kind === "block_actions")).toHaveLength(1);
      slack.socketMode.cut();
      await expect(slack.driver.emit(ANA, { type: "app_mention", text: "x" })).resolves.toMatchObject({
        seen: "warning",
      });
      await slack.driver.settled();
      const reasons = slack.driver.deliveries().flatMap(({ retry }) => (retry ? [retry] : []));
      expect(reasons).toContainEqual({ num: 1, reason: "connection_failed" });
      expect(attempts.length).toBeGreaterThan(0);
    },
    { ackTimeoutMs: 200, botUrl: "http://127.0.0.1:1" },
  ));

test(
  "a client told to go comes back by itself",
  () =>
    withSocketApp(async ({ slack, app }) => {
      app.command("/policycortex", ({ ack }) => ack("here"));
      slack.socketMode.disconnect("refresh_requested");
      expect(slack.socketMode.connections()).toBe(0);
      while (slack.socketMode.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      expect((await slack.driver.slash(ANA, ALERTS, "/policycortex", "")).seen).toBe("ok");
    }),
  20_000,
);

/** Connects with nothing but HTTP and reads the first message. */
async function first(url: string): Promise<{ type: string; reason?: string; num_connections?: number }> {
  const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" };
  const frame = await new Promise<Buffer>((resolve, reject) => {
    const asking = request(url.replace(/^ws/, "http"), { headers, agent: false });
    asking.on("response", () => reject(new Error("refused")));
    asking.on("error", reject);
    asking.on("upgrade", (_, socket, head) => {
      if (head.length > 0) resolve(head);
      else socket.once("data", resolve);
    });
    asking.end();
  });
  const start = frame[1]! === 126 ? 4 : 2;
  const length = start === 4 ? frame.readUInt16BE(2) : frame[1]!;
  return JSON.parse(frame.subarray(start, start + length).toString()) as { type: string };
}

test("apps.connections.open takes the app's token, and each address once; ten connections at most", () =>
  withSlack(async (slack, client) => {
    expect(await refusal(client.apps.connections.open({}))).toMatchObject({ error: "not_allowed_token_type" });
    const opener = clientOf(slack, slack.appToken);
    expect(await refusal(opener.auth.test())).toMatchObject({ error: "not_allowed_token_type" });
    const address = async () => (await opener.apps.connections.open({})).url!;
    const url = await address();
    expect(await first(url)).toMatchObject({ type: "hello", num_connections: 1 });
    await expect(first(url)).rejects.toThrow("refused");
    for (let count = 2; count <= 10; count += 1) expect((await first(await address())).num_connections).toBe(count);
    expect(await first(await address())).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
  }));
