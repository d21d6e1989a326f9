import { expect, test } from "@jest/globals";

import { ALERTS, buttonCard, clientOf, refusal, section, withSlack } from "./sandbox.ts";

test("auth.test names the team and the bot, and lists the scopes", () =>
  withSlack(async (slack, client) => {
    const who = await client.auth.test();
    expect(who).toMatchObject({
      ok: true,
      team_id: "T0SANDBOX",
      user_id: "U0BOT",
      bot_id: "B0BOT",
      url: `${slack.url}/`,
    });
    expect(who.response_metadata?.scopes).toContain("chat:write");
  }));

test("checks come in Slack's order: method, token, scope, arguments, object", () =>
  withSlack(async (slack, client) => {
    expect(await refusal(client.apiCall("chat.nothing"))).toMatchObject({ error: "unknown_method" });
    expect(await refusal(clientOf(slack, "xoxb-wrong").apiCall("chat.update"))).toMatchObject({
      error: "invalid_auth",
    });
    slack.driver.setScopes(["users:read"]);
    expect(await refusal(client.apiCall("chat.postMessage"))).toMatchObject({
      error: "missing_scope",
      needed: "chat:write",
    });
    slack.driver.setScopes(["chat:write"]);
    const missing = await refusal(client.apiCall("chat.postMessage"));
    expect(missing.error).toBe("invalid_arguments");
    expect(missing.response_metadata?.messages).toEqual(["[ERROR] missing required field: channel"]);
    expect(await refusal(client.chat.postMessage({ channel: "C0NONE", text: "x" }))).toMatchObject({
      error: "channel_not_found",
    });
    slack.driver.revokeToken();
    expect(await refusal(client.auth.test())).toMatchObject({ error: "token_revoked" });
    expect(await (await fetch(`${slack.apiUrl}auth.test`, { method: "POST" })).json()).toEqual({
      ok: false,
      error: "not_authed",
    });
  }));

test("a stored message differs from what was sent the way Slack's do", () =>
  withSlack(async (slack, client) => {
    const { ts, message } = await client.chat.postMessage(buttonCard());
    expect(message).toMatchObject({ user: "U0BOT", bot_id: "B0BOT", app_id: "A0POLICY", team: "T0SANDBOX", ts });
    const [stored] = slack.driver.messages(ALERTS);
    expect(stored?.blocks[0]).toMatchObject({
      block_id: expect.any(String),
      elements: [{ text: { type: "plain_text", text: "Go", emoji: true }, value: "v1" }],
    });
  }));

test("posting needs membership, content and an open channel", () =>
  withSlack(async (slack, client) => {
    expect(await refusal(client.chat.postMessage({ channel: "C0GENERAL", text: "x" }))).toMatchObject({
      error: "not_in_channel",
    });
    expect(await refusal(client.apiCall("chat.postMessage", { channel: ALERTS }))).toMatchObject({ error: "no_text" });
    expect(
      await refusal(client.apiCall("chat.postMessage", { channel: ALERTS, text: "x", blocks: "{" })),
    ).toMatchObject({ error: "invalid_blocks_format" });
    await client.conversations.join({ channel: "C0GENERAL" });
    await client.chat.postMessage({ channel: "#general", text: "hello" });
    slack.driver.archiveChannel(ALERTS);
    expect(await refusal(client.chat.postMessage({ channel: ALERTS, text: "x" }))).toMatchObject({
      error: "is_archived",
    });
  }));

test("an update keeps omitted metadata and blocks, makes a new version, and allows 4,000 characters of text", () =>
  withSlack(async (slack, client) => {
    const metadata = { event_type: "card", event_payload: { id: "1" } };
    const { ts } = await client.chat.postMessage({ ...buttonCard(), metadata });
    await client.chat.update({ channel: ALERTS, ts: ts!, text: "changed" });
    const [first, second] = slack.driver.versions(ALERTS, ts!);
    expect(first?.text).toBe("A card");
    expect(second).toMatchObject({ text: "changed", metadata, edited: { user: "U0BOT" } });
    expect(second?.blocks).toHaveLength(1);
    await client.chat.update({ channel: ALERTS, ts: ts!, text: "x".repeat(4_000), blocks: [] });
    expect(slack.driver.messages(ALERTS)[0]?.blocks).toEqual([]);
    const long = client.chat.update({ channel: ALERTS, ts: ts!, text: "x".repeat(4_001) });
    expect(await refusal(long)).toMatchObject({ error: "msg_too_long" });
    const others = await slack.driver.say("U0ANALYST", ALERTS, "mine");
    expect(await refusal(client.chat.update({ channel: ALERTS, ts: others, text: "x" }))).toMatchObject({
      error: "cant_update_message",
    });
    expect(await refusal(client.chat.update({ channel: "U0ANALYST", ts: ts!, text: "x" }))).toMatchObject({
      error: "channel_not_found",
    });
    expect(await refusal(client.chat.delete({ channel: ALERTS, ts: others }))).toMatchObject({
      error: "cant_delete_message",
    });
  }));

test("threads: replies stay out of the channel unless broadcast; a deleted parent leaves a tombstone", () =>
  withSlack(async (slack, client) => {
    const { ts } = await client.chat.postMessage({ channel: ALERTS, text: "parent" });
    const reply = await client.chat.postMessage({ channel: ALERTS, text: "reply", thread_ts: ts! });
    await client.chat.postMessage({ channel: ALERTS, text: "loud", thread_ts: ts!, reply_broadcast: true });
    expect(slack.driver.messages(ALERTS).map(({ text }) => text)).toEqual(["parent", "loud"]);
    const thread = await client.conversations.replies({ channel: ALERTS, ts: ts! });
    expect(thread.messages?.map(({ text }) => text)).toEqual(["parent", "reply", "loud"]);
    expect(thread.messages?.[0]).toMatchObject({ reply_count: 2, thread_ts: ts });
    const nested = client.chat.postMessage({ channel: ALERTS, text: "x", thread_ts: reply.ts! });
    expect(await refusal(nested)).toMatchObject({ error: "cannot_reply_to_message" });
    const link = await client.chat.getPermalink({ channel: ALERTS, message_ts: reply.ts! });
    expect(link.permalink).toBe(
      `${slack.url}/archives/${ALERTS}/p${reply.ts!.replace(".", "")}?thread_ts=${ts!}&cid=${ALERTS}`,
    );
    await client.chat.delete({ channel: ALERTS, ts: ts! });
    expect(slack.driver.messages(ALERTS)[0]).toMatchObject({ subtype: "tombstone", blocks: [] });
  }));

test("history shows metadata only when asked, and pages by cursor", () =>
  withSlack(async (_, client) => {
    const metadata = { event_type: "notice", event_payload: { id: "n-1" } };
    for (const text of ["one", "two", "three"]) await client.chat.postMessage({ channel: ALERTS, text, metadata });
    const without = await client.conversations.history({ channel: ALERTS });
    expect(without.messages?.map((message) => message.text)).toEqual(["three", "two", "one"]);
    expect(without.messages?.[0]).not.toHaveProperty("metadata");
    const page = await client.conversations.history({ channel: ALERTS, limit: 2, include_all_metadata: true });
    expect(page).toMatchObject({ has_more: true, messages: [{ text: "three", metadata }, { text: "two" }] });
    const rest = await client.conversations.history({
      channel: ALERTS,
      limit: 2,
      cursor: page.response_metadata!.next_cursor!,
    });
    expect(rest.messages?.map(({ text }) => text)).toEqual(["one"]);
    expect(await refusal(client.conversations.history({ channel: ALERTS, cursor: "nonsense" }))).toMatchObject({
      error: "invalid_cursor",
    });
  }));

test("metadata has a form and a size", () =>
  withSlack(async (_, client) => {
    const post = (metadata: unknown) =>
      refusal(client.apiCall("chat.postMessage", { channel: ALERTS, text: "x", metadata }));
    expect(await post({ event_type: "a" })).toMatchObject({ error: "invalid_metadata_format" });
    expect(await post({ event_type: "a", event_payload: { x: "y".repeat(8_001) } })).toMatchObject({
      error: "metadata_too_large",
    });
  }));

test("ephemeral messages: only that member sees them, and never in history", () =>
  withSlack(async (slack, client) => {
    const sent = await client.chat.postEphemeral({
      channel: ALERTS,
      user: "U0ANALYST",
      text: "psst",
      blocks: [section("psst")],
    });
    expect(sent.message_ts).toMatch(/^\d+\.\d{6}$/);
    expect(slack.driver.messages(ALERTS, { as: "U0ANALYST" })).toMatchObject([
      { text: "psst", ephemeral_for: "U0ANALYST" },
    ]);
    expect(slack.driver.messages(ALERTS, { as: "U0SENIOR" })).toEqual([]);
    expect((await client.conversations.history({ channel: ALERTS })).messages).toEqual([]);
    const stranger = client.chat.postEphemeral({ channel: ALERTS, user: "U0NOBODY", text: "x" });
    expect(await refusal(stranger)).toMatchObject({ error: "user_not_in_channel" });
    const update = client.chat.update({ channel: ALERTS, ts: sent.message_ts!, text: "x" });
    expect(await refusal(update)).toMatchObject({ error: "message_not_found" });
  }));

test("people, groups and channels", () =>
  withSlack(async (slack, client) => {
    expect((await client.users.lookupByEmail({ email: "Olga@example.com" })).user?.id).toBe("U0OWNER");
    expect(await refusal(client.users.lookupByEmail({ email: "no@example.com" }))).toMatchObject({
      error: "users_not_found",
    });
    expect((await client.users.info({ user: "U0LEAD" })).user).toMatchObject({
      is_bot: false,
      profile: { email: "leo@example.com" },
    });
    const groups = await client.usergroups.list({ include_users: true });
    expect(groups.usergroups?.find(({ handle }) => handle === "security")?.users).toHaveLength(3);
    slack.driver.editGroup("@security", ["U0ANALYST"]);
    expect((await client.usergroups.users.list({ usergroup: "S0SECURITY" })).users).toEqual(["U0ANALYST"]);
    expect(await refusal(client.usergroups.users.list({ usergroup: "S0NONE" }))).toMatchObject({
      error: "no_such_subteam",
    });
    const members = await client.conversations.members({ channel: ALERTS, limit: 5 });
    expect(members.members).toHaveLength(5);
    expect(members.response_metadata?.next_cursor).not.toBe("");
    const { channel } = await client.conversations.open({ users: "U0CISO" });
    await client.chat.postMessage({ channel: channel!.id!, text: "hello" });
    expect(slack.driver.messages(channel!.id!, { as: "U0CISO" })).toHaveLength(1);
    expect(slack.driver.messages(channel!.id!, { as: "U0CTO" })).toEqual([]);
  }));
