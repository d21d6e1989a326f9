import { expect, test } from "@jest/globals";

import { withRawBot } from "./raw-bot.ts";
import { ALERTS, buttonCard, plain, refusal, section, withSlack } from "./sandbox.ts";

const PARTNERS = "C0PARTNERS";
const FOREIGN = { id: "U0FOREIGN", team_id: "T0PARTNER", is_stranger: true };

test("a shared channel: foreign people see and click, under their own team", () =>
  withRawBot(async ({ slack, bot, client }) => {
    const { driver } = slack;
    driver.subscribe(["channel_shared", "message"]);
    driver.addUser(FOREIGN);
    driver.addUser({ id: "U0FARAWAY", team_id: "T0PARTNER", email: "far@partner.example" });
    driver.addChannel({ id: PARTNERS, members: ["U0ANALYST", FOREIGN.id, "U0BOT"] });
    driver.shareChannel(PARTNERS);
    await driver.settled();
    expect(JSON.parse(bot.received[0]!.body)).toMatchObject({
      event: { type: "channel_shared", channel: PARTNERS },
      is_ext_shared_channel: true,
    });
    expect((await client.conversations.info({ channel: PARTNERS })).channel).toMatchObject({ is_ext_shared: true });
    const { ts } = await client.chat.postMessage({ ...buttonCard(), channel: PARTNERS });
    await driver.click(FOREIGN.id, { ts: ts!, actionId: "go" });
    const payload = JSON.parse(new URLSearchParams(bot.received.at(-1)!.body).get("payload")!) as object;
    expect(payload).toMatchObject({ user: { id: FOREIGN.id, team_id: "T0PARTNER" }, team: { id: "T0SANDBOX" } });
    expect(driver.messages(ALERTS, { as: FOREIGN.id })).toEqual([]);
    await expect(driver.say(FOREIGN.id, ALERTS, "hi")).rejects.toThrow("not a member");
    expect((await client.users.info({ user: FOREIGN.id })).user).toMatchObject({ team_id: "T0PARTNER" });
    expect(await refusal(client.users.info({ user: "U0FARAWAY" }))).toMatchObject({ error: "user_not_visible" });
    expect(await refusal(client.users.lookupByEmail({ email: "far@partner.example" }))).toMatchObject({
      error: "users_not_found",
    });
  }));

test("guests see only their channels; deactivated people can do nothing", () =>
  withSlack(async ({ driver }, client) => {
    driver.addUser({ id: "U0GUEST", is_restricted: true });
    await client.chat.postMessage({ channel: ALERTS, text: "x" });
    expect(driver.messages(ALERTS, { as: "U0GUEST" })).toEqual([]);
    driver.joinChannel("U0GUEST", ALERTS);
    expect(driver.messages(ALERTS, { as: "U0GUEST" })).toHaveLength(1);
    driver.leaveChannel("U0GUEST", ALERTS);
    await expect(driver.say("U0GUEST", ALERTS, "hi")).rejects.toThrow("not a member");
    driver.editUser("U0ANALYST", { deleted: true });
    await expect(driver.say("U0ANALYST", ALERTS, "hi")).rejects.toThrow("deactivated");
    expect(await refusal(client.conversations.open({ users: "U0ANALYST" }))).toMatchObject({ error: "user_disabled" });
  }));

test("what administrators forbid", () =>
  withSlack(
    async ({ driver }, client) => {
      const { ts } = await client.chat.postMessage({ channel: ALERTS, text: "x" });
      const post = (extra = {}) => refusal(client.chat.postMessage({ channel: ALERTS, text: "x", ...extra }));
      driver.restrictChannel(ALERTS, "restricted_action_read_only_channel");
      expect(await post()).toMatchObject({ error: "restricted_action_read_only_channel" });
      driver.restrictChannel(ALERTS, "restricted_action_thread_locked");
      expect(await post({ thread_ts: ts })).toMatchObject({ error: "restricted_action_thread_locked" });
      await client.chat.postMessage({ channel: ALERTS, text: "not in the thread" });
      driver.restrictChannel(ALERTS, undefined);

      driver.setSettings({ messagesTab: false, homeTab: false, userGroups: false, editWindowMinutes: 5 });
      expect(await refusal(client.chat.postMessage({ channel: "U0CISO", text: "x" }))).toMatchObject({
        error: "messages_tab_disabled",
      });
      const home = { type: "home" as const, blocks: [section("x")] };
      expect(await refusal(client.views.publish({ user_id: "U0CISO", view: home }))).toMatchObject({
        error: "not_enabled",
      });
      expect(await refusal(client.usergroups.list())).toMatchObject({ error: "plan_upgrade_required" });
      await client.chat.update({ channel: ALERTS, ts: ts!, text: "in time" });
      driver.elapse(5 * 60_000 + 1);
      expect(await refusal(client.chat.update({ channel: ALERTS, ts: ts!, text: "late" }))).toMatchObject({
        error: "edit_window_closed",
      });
    },
    { startAt: Date.UTC(2026, 0, 1) },
  ));

test("a rich-text message stays one", () =>
  withSlack(async (_, client) => {
    const elements = [{ type: "rich_text_section" as const, elements: [{ type: "text" as const, text: "x" }] }];
    const { ts } = await client.chat.postMessage({
      channel: ALERTS,
      text: "x",
      blocks: [{ type: "rich_text", elements }],
    });
    const header = { type: "header" as const, text: plain("x") };
    const update = client.chat.update({ channel: ALERTS, ts: ts!, text: "x", blocks: [header] });
    expect(await refusal(update)).toMatchObject({ error: "block_mismatch" });
  }));
