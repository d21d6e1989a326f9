import type { BlockAction, ButtonAction } from "@slack/bolt";
import { expect, test } from "@jest/globals";

import { withBolt } from "./bolt-app.ts";
import { ALERTS, buttonCard, plain, section } from "./sandbox.ts";

test("a click reaches an unmodified Bolt app with Slack's fields, and its signature is accepted", () =>
  withBolt(async ({ slack, app, client }) => {
    const seen: BlockAction[] = [];
    app.action<BlockAction<ButtonAction>>("go", async ({ ack, body }) => {
      seen.push(body);
      await ack();
    });
    const { ts } = await client.chat.postMessage(buttonCard());
    const result = await slack.driver.click("U0ANALYST", { channel: ALERTS, ts: ts!, actionId: "go" });
    expect(result).toMatchObject({ status: 200, seen: "ok", body: "" });
    expect(seen[0]).toMatchObject({
      type: "block_actions",
      user: { id: "U0ANALYST", name: "ana", username: "ana", team_id: "T0SANDBOX" },
      team: { id: "T0SANDBOX", domain: "acme" },
      api_app_id: "A0POLICY",
      enterprise: null,
      is_enterprise_install: false,
      container: { type: "message", message_ts: ts, channel_id: ALERTS, is_ephemeral: false },
      channel: { id: ALERTS, name: "security-alerts" },
      message: { ts, bot_id: "B0BOT", text: "A card" },
      state: { values: {} },
      actions: [
        { type: "button", action_id: "go", value: "v1", block_id: expect.any(String), action_ts: expect.any(String) },
      ],
    });
    const [delivery] = slack.driver.deliveries();
    expect(delivery?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  }));

test("two clicks have different triggers; people at once each send their own", () =>
  withBolt(async ({ slack, app, client }) => {
    const triggers: string[] = [];
    const users: string[] = [];
    app.action<BlockAction<ButtonAction>>("go", async ({ ack, body }) => {
      triggers.push(body.trigger_id);
      users.push(body.user.id);
      await ack();
    });
    const { ts } = await client.chat.postMessage(buttonCard());
    await slack.driver.doubleClick("U0ANALYST", { ts: ts!, actionId: "go" });
    await slack.driver.clickAtOnce(["U0SENIOR", "U0MANAGER"], { ts: ts!, actionId: "go" });
    expect(new Set(triggers).size).toBe(4);
    expect(users.sort()).toEqual(["U0ANALYST", "U0ANALYST", "U0MANAGER", "U0SENIOR"]);
  }));

test("a bot that does not acknowledge leaves a warning", () =>
  withBolt(
    async ({ slack, app, client }) => {
      app.action("go", () => Promise.resolve());
      const { ts } = await client.chat.postMessage(buttonCard());
      const result = await slack.driver.click("U0ANALYST", { ts: ts!, actionId: "go" });
      expect(result).toMatchObject({ status: 0, seen: "warning" });
      expect(slack.driver.deliveries()[0]?.failure).toBe("timeout");
    },
    { ackTimeoutMs: 200 },
  ));

test("what a person cannot do is refused and not sent", () =>
  withBolt(async ({ slack, app, client }) => {
    app.action("go", ({ ack }) => ack());
    const { ts } = await client.chat.postMessage(buttonCard("go", { confirm: { text: plain("Sure?") } }));
    const click = (user: string, actionId = "go", confirm?: "accept" | "cancel") =>
      slack.driver.click(user, { channel: ALERTS, ts: ts!, actionId }, confirm ? { confirm } : {});
    await expect(click("U0ANALYST")).rejects.toThrow("confirmation");
    expect(await click("U0ANALYST", "go", "cancel")).toMatchObject({ seen: "cancelled", status: 0 });
    await expect(click("U0ANALYST", "other", "accept")).rejects.toThrow('no "other"');
    await expect(click("U0BOT", "go", "accept")).rejects.toThrow("no person");
    slack.driver.editUser("U0OUTSIDER", { deleted: true });
    await expect(click("U0OUTSIDER", "go", "accept")).rejects.toThrow("deactivated");
    await client.chat.update({ channel: ALERTS, ts: ts!, text: "settled", blocks: [section("settled")] });
    await expect(click("U0ANALYST", "go", "accept")).rejects.toThrow('no "go"');
    expect(slack.driver.liveControls(ALERTS)).toEqual([]);
    expect(slack.driver.deliveries().filter(({ kind }) => kind !== "event")).toEqual([]);
    const stale = { channel: ALERTS, ts: ts!, version: 0, actionId: "go" };
    expect(await slack.driver.clickStale("U0ANALYST", stale, { confirm: "accept" })).toMatchObject({ seen: "ok" });
    await client.chat.delete({ channel: ALERTS, ts: ts! });
    await expect(click("U0ANALYST", "go", "accept")).rejects.toThrow("sees no message");
  }));

test("replays and forgeries: Bolt accepts the replay and the future, refuses wrong, missing and old signatures", () =>
  withBolt(async ({ slack, app, client }) => {
    app.action("go", ({ ack }) => ack());
    const { ts } = await client.chat.postMessage(buttonCard());
    const { deliveryId } = await slack.driver.click("U0ANALYST", { ts: ts!, actionId: "go" });
    expect((await slack.driver.replay(deliveryId!)).status).toBe(200);
    const body = slack.driver.deliveries()[0]!.body;
    expect((await slack.driver.forge({ body })).status).toBe(200);
    expect((await slack.driver.forge({ body, signature: "wrong" })).status).toBe(401);
    expect((await slack.driver.forge({ body, signature: "missing" })).status).not.toBe(200);
    expect((await slack.driver.forge({ body, ageSeconds: 301 })).status).toBe(401);
    expect((await slack.driver.forge({ body, ageSeconds: -86_400 })).status).toBe(200);
    const charset = "application/x-www-form-urlencoded; charset=utf-8";
    expect((await slack.driver.forge({ body, contentType: charset })).status).toBe(400);
  }));

test("a slash command's answers: text, JSON in the channel, respond(), and failure", () =>
  withBolt(
    async ({ slack, app }) => {
      app.command("/policycortex", async ({ ack, respond, command }) => {
        if (command.text === "silent") return;
        if (command.text === "loud") return ack({ response_type: "in_channel", text: "for all" });
        if (command.text !== "later") return ack(`you said ${command.text}`);
        await ack();
        await respond({ text: "later on", blocks: [section("later on")] });
      });
      const slash = (text: string) => slack.driver.slash("U0ANALYST", ALERTS, "/policycortex", text);
      const sees = (as: string) => slack.driver.messages(ALERTS, { as }).map(({ text }) => text);
      expect(await slash("hi")).toMatchObject({ seen: "ok" });
      await slash("loud");
      await slash("later");
      await until(() => sees("U0ANALYST").length === 3);
      expect(sees("U0ANALYST")).toEqual(["you said hi", "for all", "later on"]);
      expect(sees("U0SENIOR")).toEqual(["for all"]);
      expect(await slash("silent")).toMatchObject({ seen: "failed", status: 0 });
      expect(sees("U0ANALYST").at(-1)).toContain("operation_timeout");
      await expect(slack.driver.slash("U0ANALYST", ALERTS, "/other", "")).rejects.toThrow("not a valid command");
    },
    { ackTimeoutMs: 500 },
  ));

test("a response_url works five times in thirty minutes and can replace or delete what was clicked", () =>
  withBolt(async ({ slack, app, client }) => {
    const urls: string[] = [];
    app.action<BlockAction<ButtonAction>>("go", async ({ ack, body }) => {
      urls.push(body.response_url);
      await ack();
    });
    const { ts } = await client.chat.postMessage(buttonCard());
    const click = async () => {
      await slack.driver.click("U0ANALYST", { ts: ts!, actionId: "go" });
      return (body: object) =>
        fetch(urls.at(-1)!, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
    };
    const first = await click();
    for (let use = 0; use < 5; use += 1) expect((await first({ text: `use ${use}` })).status).toBe(200);
    expect((await first({ text: "sixth" })).status).toBe(404);
    const ephemeral = slack.driver.messages(ALERTS, { as: "U0ANALYST" }).filter((message) => message.ephemeral_for);
    expect(ephemeral).toHaveLength(5);
    const second = await click();
    slack.driver.elapse(29 * 60_000);
    expect((await second({ text: "bad", blocks: [{ type: "alert" }] })).status).toBe(400);
    expect((await second({ text: "replaced", replace_original: true, blocks: buttonCard().blocks })).status).toBe(200);
    expect(slack.driver.messages(ALERTS)[0]?.text).toBe("replaced");
    slack.driver.elapse(2 * 60_000);
    expect((await second({ text: "late" })).status).toBe(404);
    const third = await click();
    await third({ delete_original: true });
    expect(slack.driver.messages(ALERTS)).toEqual([]);
  }));

test("a click on an ephemeral message names it but does not include it, and can replace the person's copy", () =>
  withBolt(async ({ slack, app, client }) => {
    app.action<BlockAction<ButtonAction>>("go", async ({ ack, body, respond }) => {
      expect(body.message).toBeUndefined();
      expect(body.container).toMatchObject({ is_ephemeral: true });
      await ack();
      await respond({ text: "done", replace_original: true });
    });
    const { message_ts } = await client.chat.postEphemeral({ ...buttonCard(), user: "U0ANALYST" });
    await expect(slack.driver.click("U0SENIOR", { ts: message_ts!, actionId: "go" })).rejects.toThrow(
      "sees no message",
    );
    await slack.driver.click("U0ANALYST", { ts: message_ts!, actionId: "go" });
    await until(() => slack.driver.messages(ALERTS, { as: "U0ANALYST" })[0]?.text === "done");
  }));

test("app_home_opened arrives as a JSON event", () =>
  withBolt(async ({ slack, app }) => {
    app.event("app_home_opened", async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [section("Inbox")] } });
    });
    expect(await slack.driver.openHome("U0LEAD")).toMatchObject({ status: 200, seen: "ok" });
    await until(() => slack.driver.home("U0LEAD") !== undefined);
    expect(slack.driver.home("U0LEAD")?.blocks[0]).toMatchObject({ type: "section" });
  }));

/** Waits for something that follows an acknowledgement. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !condition(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}
