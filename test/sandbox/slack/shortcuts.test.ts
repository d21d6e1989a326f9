import { expect, test } from "@jest/globals";

import { withBolt } from "./bolt-app.ts";
import { withRawBot } from "./raw-bot.ts";
import { ALERTS, plain, withSlack } from "./sandbox.ts";

const ANA = "U0ANALYST";

test("a Bolt app gets global and message shortcuts, reactions, links and questions for options", () =>
  withBolt(async ({ slack, app, client }) => {
    const heard: string[] = [];
    const element = { type: "external_select" as const, action_id: "who", min_query_length: 1 };
    const blocks = [{ type: "input" as const, block_id: "who", label: plain("Who"), element }];
    app.shortcut("open", async ({ ack, shortcut, client }) => {
      await ack();
      const view = { type: "modal" as const, title: plain("T"), submit: plain("Go"), blocks };
      await client.views.open({ trigger_id: shortcut.trigger_id, view });
    });
    app.shortcut({ callback_id: "about", type: "message_action" }, async ({ ack, shortcut, respond }) => {
      await ack();
      await respond({ text: `about ${shortcut.message.text}` });
    });
    app.options("who", ({ ack, options }) =>
      options.value === "none"
        ? ack(undefined as never)
        : ack({ options: [{ text: plain(options.value), value: options.value }] }),
    );
    app.event("reaction_added", async ({ event }) => void heard.push(event.reaction));
    app.event("link_shared", async ({ event }) => void heard.push(event.links[0]!.domain));

    expect((await slack.driver.globalShortcut(ANA, "open")).seen).toBe("ok");
    while (slack.driver.views(ANA).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await slack.driver.suggest(ANA, "who", "a")).toMatchObject({ seen: "ok", status: 200 });
    expect(await slack.driver.suggest(ANA, "who", "none")).toMatchObject({ seen: "warning" });

    const { ts } = await client.chat.postMessage({ channel: ALERTS, text: "this" });
    expect((await slack.driver.messageShortcut(ANA, "about", { channel: ALERTS, ts: ts! })).seen).toBe("ok");
    while (slack.driver.messages(ALERTS, { as: ANA }).length < 2)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(slack.driver.messages(ALERTS, { as: ANA })[1]?.text).toBe("about this");

    slack.driver.subscribe(["reaction_added", "link_shared"]);
    slack.driver.react(ANA, { channel: ALERTS, ts: ts! }, "eyes");
    slack.driver.shareLink(ANA, ALERTS, "https://runs.example/1");
    await slack.driver.settled();
    expect(heard.sort()).toEqual(["eyes", "runs.example"]);
  }));

test("a person cannot use what they cannot see", () =>
  withSlack(async ({ driver }) => {
    await expect(driver.globalShortcut("U0BOT", "open")).rejects.toThrow("no person");
    await expect(driver.messageShortcut(ANA, "about", { channel: ALERTS, ts: "1.000000" })).rejects.toThrow("sees no");
    await expect(driver.suggest(ANA, "who", "a")).rejects.toThrow("no menu");
  }));

test("a button inside a container is clicked under its own block; an icon only by those who see it", () =>
  withRawBot(async ({ slack, bot, client }) => {
    const button = { type: "button", text: plain("Go"), action_id: "go" };
    const icon = {
      type: "icon_button",
      icon: "trash",
      text: plain("Bin"),
      action_id: "bin",
      visible_to_user_ids: [ANA],
    };
    const inside = { type: "actions", block_id: "inner", elements: [button] };
    const blocks = [
      { type: "container", title: plain("Box"), child_blocks: [inside] },
      { type: "context_actions", elements: [icon] },
    ];
    const { ts } = (await client.apiCall("chat.postMessage", { channel: ALERTS, text: "t", blocks })) as {
      ts?: string;
    };
    await slack.driver.click(ANA, { ts: ts!, actionId: "go" });
    const payload = JSON.parse(new URLSearchParams(bot.received[0]!.body).get("payload")!) as object;
    expect(payload).toMatchObject({ actions: [{ action_id: "go", block_id: "inner" }] });
    expect(slack.driver.liveControls(ALERTS).map(({ blockId }) => blockId)).toContain("inner");
    expect((await slack.driver.click(ANA, { ts: ts!, actionId: "bin" })).seen).toBe("ok");
    await expect(slack.driver.click("U0CTO", { ts: ts!, actionId: "bin" })).rejects.toThrow("does not see");
  }));
