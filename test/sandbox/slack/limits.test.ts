import { expect, test } from "@jest/globals";

import { checkMessageBlocks, checkView } from "../../../src/sandbox/slack/blocks/validate.ts";
import { many, table, x } from "./block-limits.ts";
import { blockRows, elementRows } from "./more-limits.ts";
import { ALERTS, buttonCard, plain, refusal, section, withSlack } from "./sandbox.ts";
import { viewRows } from "./view-limits.ts";

test.each([...elementRows, ...blockRows])("message limit: %s", (_, at, over, pointer) => {
  expect(checkMessageBlocks(at, "/blocks")).toEqual({ problems: [] });
  const verdict = checkMessageBlocks(over, "/blocks");
  expect(verdict.error).toBe("invalid_blocks");
  expect(verdict.problems.map((problem) => problem.pointer)).toContain(pointer);
});

test.each(viewRows)("view limit: %s", (_, at, over, pointer) => {
  const check = (view: object) => checkView(view, "/view", ["modal", "home"]);
  expect(check(at)).toEqual([]);
  expect(check(over).map((problem) => problem.pointer)).toContain(pointer);
});

test("one table in a message, also inside a container and of either kind", () => {
  const inside = { type: "container", title: plain("t"), child_blocks: [table(1, 1)] };
  const data = { ...table(1, 1), type: "data_table", caption: "c" };
  expect(checkMessageBlocks([inside], "/blocks")).toEqual({ problems: [] });
  for (const second of [table(1, 1), data])
    expect(checkMessageBlocks([inside, second], "/blocks").error).toBe("invalid_attachments");
});

test("attachments, markdown_text and the size of a view", () =>
  withSlack(async (slack, client) => {
    const attachments = (length: number) => many(length, () => ({ text: "a" }));
    await client.chat.postMessage({ channel: ALERTS, text: "x", attachments: attachments(100) });
    const over = client.chat.postMessage({ channel: ALERTS, text: "x", attachments: attachments(101) });
    expect(await refusal(over)).toMatchObject({ error: "too_many_attachments" });
    await client.chat.postMessage({ channel: ALERTS, markdown_text: x(12_000) });
    const long = client.chat.postMessage({ channel: ALERTS, markdown_text: x(12_001) });
    expect(await refusal(long)).toMatchObject({ error: "msg_too_long" });
    const both = client.apiCall("chat.postMessage", { channel: ALERTS, markdown_text: "a", text: "b" });
    expect(await refusal(both)).toMatchObject({ error: "markdown_text_conflict" });

    const view = (fields: number) => ({
      type: "home" as const,
      blocks: many(100, () => ({
        ...section("x"),
        fields: many(fields, () => ({ type: "mrkdwn" as const, text: x(500) })),
      })),
    });
    await client.views.publish({ user_id: "U0ANALYST", view: view(4) });
    const huge = client.views.publish({ user_id: "U0ANALYST", view: view(5) });
    expect(await refusal(huge)).toMatchObject({ error: "view_too_large" });
    expect(slack.driver.home("U0ANALYST")?.blocks).toHaveLength(100);
  }));

test("a trigger lives 3 s; a response URL 30 minutes and five uses", () =>
  withSlack(async (slack, client) => {
    slack.setBotUrl(slack.url);
    const { ts } = await client.chat.postMessage(buttonCard());
    const click = async () => {
      const { deliveryId } = await slack.driver.click("U0ANALYST", { channel: ALERTS, ts: ts!, actionId: "go" });
      const { body } = slack.driver.deliveries().find(({ id }) => id === deliveryId)!;
      return JSON.parse(new URLSearchParams(body).get("payload")!) as { trigger_id: string; response_url: string };
    };
    const open = async (after: number) => {
      const { trigger_id } = await click();
      slack.driver.elapse(after);
      return client.views.open({ trigger_id, view: { type: "modal", title: plain("T"), blocks: [section("x")] } });
    };
    expect(await open(2_800)).toMatchObject({ ok: true });
    expect(await refusal(open(3_100))).toMatchObject({ error: "expired_trigger_id" });

    const respond = async (url: string) => (await fetch(url, { method: "POST", body: '{"text":"x"}' })).status;
    const first = await click();
    slack.driver.elapse(29 * 60_000);
    const statuses = [];
    for (let use = 0; use < 6; use += 1) statuses.push(await respond(first.response_url));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    const second = await click();
    slack.driver.elapse(31 * 60_000);
    expect(await respond(second.response_url)).toBe(404);
  }));
