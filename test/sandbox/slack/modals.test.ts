import type { BlockAction, ButtonAction, ViewSubmitAction } from "@slack/bolt";
import { expect, test } from "@jest/globals";

import { withBolt } from "./bolt-app.ts";
import { buttonCard, plain, refusal, section } from "./sandbox.ts";

const reason = {
  type: "input" as const,
  block_id: "reason",
  label: plain("Reason"),
  element: { type: "plain_text_input" as const, action_id: "reason", min_length: 3, max_length: 20 },
};
const modal = (extra: object = {}) => ({
  type: "modal" as const,
  callback_id: "deny",
  private_metadata: "request-1",
  title: plain("Deny"),
  submit: plain("Deny Request"),
  blocks: [reason],
  ...extra,
});

/** A card whose button hands its trigger to the test. */
async function trigger({
  slack,
  app,
  client,
}: Parameters<Parameters<typeof withBolt>[0]>[0]): Promise<() => Promise<string>> {
  const triggers: string[] = [];
  app.action<BlockAction<ButtonAction>>("go", async ({ ack, body }) => {
    triggers.push(body.trigger_id);
    await ack();
  });
  const { ts } = await client.chat.postMessage(buttonCard());
  return async () => {
    await slack.driver.click("U0ANALYST", { ts: ts!, actionId: "go" });
    return triggers.at(-1)!;
  };
}

test("a trigger opens one modal, within three seconds", () =>
  withBolt(async (parts) => {
    const { slack, client } = parts;
    const next = await trigger(parts);
    const trigger_id = await next();
    expect(trigger_id).toMatch(/^\d+\.\d+\.[0-9a-f]+$/);
    slack.driver.elapse(2_000);
    const opened = await client.views.open({ trigger_id, view: modal() });
    expect(opened.view).toMatchObject({ callback_id: "deny", private_metadata: "request-1", state: { values: {} } });
    expect(slack.driver.views("U0ANALYST")).toHaveLength(1);
    expect(await refusal(client.views.open({ trigger_id, view: modal() }))).toMatchObject({
      error: "exchanged_trigger_id",
    });
    const late = await next();
    slack.driver.elapse(3_001);
    expect(await refusal(client.views.open({ trigger_id: late, view: modal() }))).toMatchObject({
      error: "expired_trigger_id",
    });
    expect(await refusal(client.views.open({ trigger_id: "1.2.3", view: modal() }))).toMatchObject({
      error: "invalid_trigger_id",
    });
    const bad = await refusal(
      client.views.open({ trigger_id: await next(), view: modal({ title: plain("x".repeat(25)) }) }),
    );
    expect(bad.error).toBe("invalid_arguments");
    expect(bad.response_metadata?.messages?.join()).toContain("[json-pointer:/view/title/text]");
  }));

test("three views on the stack, no fourth; hashes and external ids guard", () =>
  withBolt(async (parts) => {
    const { slack, client } = parts;
    const next = await trigger(parts);
    const first = await client.views.open({ trigger_id: await next(), view: modal({ external_id: "one" }) });
    await client.views.push({ trigger_id: await next(), view: modal() });
    await client.views.push({ trigger_id: await next(), view: modal() });
    expect(await refusal(client.views.push({ trigger_id: await next(), view: modal() }))).toMatchObject({
      error: "push_limit_reached",
    });
    const top = slack.driver.views("U0ANALYST").at(-1)!;
    expect(top.root_view_id).toBe(first.view?.id);
    const update = { view_id: top.id, view: modal({ title: plain("New") }) };
    await client.views.update({ ...update, hash: top.hash });
    expect(await refusal(client.views.update({ ...update, hash: top.hash }))).toMatchObject({ error: "hash_conflict" });
    const taken = client.views.update({ ...update, view: modal({ external_id: "one" }) });
    expect(await refusal(taken)).toMatchObject({ error: "duplicate_external_id" });
    await client.views.update({ external_id: "one", view: modal() });
    expect(await refusal(client.views.update({ view_id: "VNONE", view: modal() }))).toMatchObject({
      error: "not_found",
    });
  }));

test("submitting: the client's checks, the values, field errors, update, close", () =>
  withBolt(async (parts) => {
    const { slack, app, client } = parts;
    const bodies: ViewSubmitAction[] = [];
    app.view<ViewSubmitAction>("deny", async ({ ack, body, view }) => {
      bodies.push(body);
      const text = view.state.values["reason"]?.["reason"]?.value;
      if (text === "bad") return ack({ response_action: "errors", errors: { reason: "Say more" } });
      if (text === "unknown") return ack({ response_action: "errors", errors: { nothing: "x" } });
      if (text === "again")
        return ack({
          response_action: "update",
          view: modal({
            blocks: [{ type: "alert", text: plain("Too late") } as never, section("x")],
            submit: undefined,
          }),
        });
      return ack();
    });
    const next = await trigger(parts);
    await client.views.open({ trigger_id: await next(), view: modal() });
    const submit = (text: string) => slack.driver.submitView("U0ANALYST", { reason: { reason: text } });
    await expect(submit("")).rejects.toThrow("required");
    await expect(submit("no")).rejects.toThrow("at least 3");
    await expect(submit("x".repeat(21))).rejects.toThrow("at most 20");
    await expect(slack.driver.submitView("U0ANALYST", { other: { field: "x" } })).rejects.toThrow();
    await expect(slack.driver.submitView("U0SENIOR", {})).rejects.toThrow("no modal open");
    expect(await submit("bad")).toMatchObject({ seen: "modal_errors", viewErrors: { reason: "Say more" } });
    expect(await submit("unknown")).toMatchObject({
      seen: "modal_trouble",
      problem: expect.stringContaining("unknown_blocks"),
    });
    expect(bodies[0]).toMatchObject({
      type: "view_submission",
      user: { id: "U0ANALYST", name: "ana" },
      response_urls: [],
      view: {
        private_metadata: "request-1",
        state: { values: { reason: { reason: { type: "plain_text_input", value: "bad" } } } },
      },
    });
    expect(bodies[0]).not.toHaveProperty("channel");
    expect(await submit("again")).toMatchObject({ seen: "modal_updated" });
    await expect(submit("more")).rejects.toThrow("no submit button");
    await slack.driver.closeView("U0ANALYST");
    await client.views.open({ trigger_id: await next(), view: modal() });
    expect(await submit("good reason")).toMatchObject({ seen: "modal_closed" });
    expect(slack.driver.views("U0ANALYST")).toEqual([]);
  }));

test("closing tells the app when it asked to be told", () =>
  withBolt(async (parts) => {
    const { slack, app, client } = parts;
    let cleared: boolean | undefined;
    app.view({ callback_id: "deny", type: "view_closed" }, async ({ ack, body }) => {
      cleared = (body as unknown as { is_cleared: boolean }).is_cleared;
      await ack();
    });
    const next = await trigger(parts);
    await client.views.open({ trigger_id: await next(), view: modal({ notify_on_close: true }) });
    await slack.driver.closeView("U0ANALYST");
    expect(cleared).toBe(false);
    expect(slack.driver.views("U0ANALYST")).toEqual([]);
  }));
