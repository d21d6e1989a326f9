import { createHmac } from "node:crypto";

import { expect, test } from "@jest/globals";

import type { SlackSandbox } from "../../../src/sandbox/slack/server.ts";
import { withBolt } from "./bolt-app.ts";
import { withRawBot } from "./raw-bot.ts";
import type { RawBot } from "./raw-bot.ts";
import { ALERTS, buttonCard, clientOf, withSlack } from "./sandbox.ts";

const ANA = "U0ANALYST";
const mention = { type: "app_mention", user: ANA, text: "hi", channel: ALERTS };
const retries = (bot: RawBot) =>
  bot.received.map(({ headers }) => [headers["x-slack-retry-num"], headers["x-slack-retry-reason"]]);
const idOf = (body: string) => (JSON.parse(body) as { event_id: string }).event_id;

test("an event that fails is sent again at once, after a minute and after five, with the same id", () =>
  withRawBot(async ({ slack, bot }) => {
    bot.statuses = [500, 500, 404, 500, 500];
    expect(await slack.driver.emit(ANA, mention)).toMatchObject({ status: 500, seen: "warning" });
    await slack.driver.settled();
    expect(bot.received).toHaveLength(2);
    slack.driver.elapse(59_000);
    await slack.driver.settled();
    expect(bot.received).toHaveLength(2);
    slack.driver.elapse(1_500);
    await slack.driver.settled();
    expect(bot.received).toHaveLength(3);
    slack.driver.elapse(300_500);
    await slack.driver.settled();
    slack.driver.elapse(3_600_000);
    await slack.driver.settled();
    expect(retries(bot)).toEqual([
      [undefined, undefined],
      ["1", "http_error"],
      ["2", "http_error"],
      ["3", "http_error"],
    ]);
    expect(new Set(bot.received.map(({ body }) => idOf(body))).size).toBe(1);
  }));

test("no retry when the bot says so, when it answered, or for anything but events", () =>
  withRawBot(async ({ slack, bot, client }) => {
    await slack.driver.emit(ANA, mention);
    bot.statuses = [500, 500];
    bot.headers = { "x-slack-no-retry": "1" };
    await slack.driver.emit(ANA, mention);
    bot.headers = {};
    const { ts } = await client.chat.postMessage(buttonCard());
    await slack.driver.click(ANA, { ts: ts!, actionId: "go" });
    slack.driver.elapse(600_000);
    await slack.driver.settled();
    expect(bot.received).toHaveLength(3);
  }));

test("a slow answer is retried without waiting for it, an unreachable bot as well", () =>
  withRawBot(
    async ({ slack, bot }) => {
      bot.delayMs = 250;
      await slack.driver.emit(ANA, mention);
      bot.delayMs = 0;
      await slack.driver.settled();
      expect(retries(bot)).toEqual([
        [undefined, undefined],
        ["1", "http_timeout"],
      ]);
      slack.setBotUrl("http://127.0.0.1:1");
      await slack.driver.emit(ANA, mention);
      await slack.driver.settled();
      expect(slack.driver.deliveries().at(-1)).toMatchObject({ retry: { num: 1, reason: "connection_failed" } });
    },
    { ackTimeoutMs: 150 },
  ));

/** Whether a received request carries a good signature, and its age in tens of seconds. */
function check({ headers, body }: RawBot["received"][number], secret: string) {
  const stamp = String(headers["x-slack-request-timestamp"]);
  const good = `v0=${createHmac("sha256", secret).update(`v0:${stamp}:${body}`).digest("hex")}`;
  return { good: headers["x-slack-signature"] === good, age: Math.round((Date.now() / 1_000 - Number(stamp)) / 10) };
}

test("duplicates, replays and parallel retries arrive as such", () =>
  withRawBot(async ({ slack, bot }) => {
    for (const kind of ["duplicate", "replay", "parallel_retry"] as const) {
      bot.received = [];
      slack.driver.setDeliveryFault({ kind, only: "event" });
      await slack.driver.emit(ANA, mention);
      await slack.driver.settled();
      expect(bot.received).toHaveLength(2);
      expect(bot.received[0]!.body).toBe(bot.received[1]!.body);
      const signatures = bot.received.map(({ headers }) => headers["x-slack-signature"]);
      if (kind === "replay") expect(signatures[0]).toBe(signatures[1]);
      if (kind === "parallel_retry") expect(retries(bot).flat()).toContain("http_timeout");
    }
  }));

test("a reordered event is overtaken by the next, a delayed one is late", () =>
  withRawBot(async ({ slack, bot }) => {
    slack.driver.setDeliveryFault({ kind: "reordered" });
    const first = slack.driver.emit(ANA, { ...mention, text: "first" });
    await slack.driver.emit(ANA, { ...mention, text: "second" });
    await first;
    expect(bot.received.map(({ body }) => (JSON.parse(body) as { event: { text: string } }).event.text)).toEqual([
      "second",
      "first",
    ]);
    slack.driver.setDeliveryFault({ kind: "delayed", value: 120 });
    const started = performance.now();
    await slack.driver.emit(ANA, mention);
    expect(performance.now() - started).toBeGreaterThan(110);
  }));

test("signatures: old, future, wrong, over other bytes, and by the previous of two secrets", () =>
  withRawBot(async ({ slack, bot }) => {
    const old = slack.signingSecret;
    const secret = slack.driver.rotateSigningSecret();
    const arrive = async (kind: Parameters<SlackSandbox["driver"]["setDeliveryFault"]>[0]["kind"]) => {
      slack.driver.setDeliveryFault({ kind });
      await slack.driver.emit(ANA, mention);
      return bot.received.at(-1)!;
    };
    expect(check(await arrive("old"), secret)).toMatchObject({ good: true, age: 30 });
    expect(check(await arrive("future"), secret)).toMatchObject({ good: true, age: -8_640 });
    expect(check(await arrive("wrong_signature"), secret).good).toBe(false);
    expect(check(await arrive("tampered"), secret).good).toBe(false);
    const previous = await arrive("previous_secret");
    expect([check(previous, secret).good, check(previous, old).good]).toEqual([false, true]);
    await slack.driver.emit(ANA, mention);
    expect(check(bot.received.at(-1)!, secret)).toMatchObject({ good: true, age: 0 });
  }));

test("a Bolt app refuses what it should: 301 s old, wrong signature, tampered", () =>
  withBolt(async ({ slack, app }) => {
    app.event("app_mention", async () => undefined);
    for (const kind of ["old", "wrong_signature", "tampered"] as const) {
      slack.driver.setDeliveryFault({ kind });
      expect((await slack.driver.emit(ANA, mention)).status).toBe(401);
    }
    expect((await slack.driver.emit(ANA, mention)).status).toBe(200);
    expect((await slack.driver.verifyUrl()).seen).toBe("ok");
  }));

test("what people and administrators do becomes events, if the app subscribes", () =>
  withRawBot(async ({ slack, bot }) => {
    const { driver } = slack;
    await driver.say(ANA, ALERTS, "unheard");
    await driver.settled();
    expect(bot.received).toHaveLength(0);
    driver.subscribe([
      "message",
      "app_mention",
      "member_joined_channel",
      "subteam_members_changed",
      "user_change",
      "channel_archive",
      "tokens_revoked",
      "app_uninstalled",
    ]);
    await driver.say(ANA, ALERTS, "hello <@U0BOT>");
    driver.addBot("C0GENERAL");
    driver.editGroup("security", [ANA, "U0CTO"]);
    driver.editUser(ANA, { title: "Chief" });
    driver.archiveChannel("C0GENERAL");
    driver.uninstallApp();
    await driver.settled();
    const events = bot.received.map(({ body }) => (JSON.parse(body) as { event: { type: string } }).event);
    expect(events.map(({ type }) => type).sort()).toEqual([...slack.driver.subscriptions()].sort());
    expect(events.find(({ type }) => type === "subteam_members_changed")).toMatchObject({
      subteam_id: "S0SECURITY",
      added_users: ["U0CTO"],
      removed_users: ["U0SENIOR", "U0MANAGER"],
    });
    await expect(clientOf(slack).auth.test()).rejects.toMatchObject({ data: { error: "token_revoked" } });
  }));

test("the same seed and start give the same ids, secrets, times and log", async () => {
  const story = async () => {
    let told: unknown;
    await withSlack(
      async (slack, client) => {
        const { ts } = await client.chat.postMessage(buttonCard());
        slack.driver.elapse(90_000);
        await client.chat.update({ channel: ALERTS, ts: ts!, text: "later" });
        await slack.driver.say(ANA, ALERTS, "hello");
        const { botToken, signingSecret, driver } = slack;
        told = { botToken, signingSecret, messages: driver.messages(ALERTS), log: driver.apiLog() };
      },
      { seed: "a", startAt: Date.UTC(2026, 0, 1) },
    );
    return told;
  };
  const first = await story();
  expect(await story()).toEqual(first);
  expect(first).toMatchObject({ messages: [{ ts: "1767225600.000000", edited: { ts: "1767225690.000000" } }, {}] });
});
