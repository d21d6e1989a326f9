import { expect, test } from "@jest/globals";

import { ALERTS, buttonCard, mrkdwn, plain, section, withSlack } from "./sandbox.ts";

type Post = Parameters<Parameters<typeof withSlack>[0]>[1]["chat"]["postMessage"];
const button = (extra: object) => ({ type: "button", text: plain("b"), ...extra });
const actions = (...elements: object[]) => ({ channel: ALERTS, text: "t", blocks: [{ type: "actions", elements }] });

const cases: [string, object][] = [
  ["text_missing", { channel: ALERTS, text: "", blocks: [section("x")] }],
  ["text_missing", { channel: ALERTS, text: "New message", blocks: [section("x")] }],
  ["text_too_long", { channel: ALERTS, text: "x".repeat(4_001) }],
  ["several_primary", actions(...["a", "b"].map((action_id) => button({ action_id, style: "primary" })))],
  ["danger_without_confirm", actions(button({ action_id: "a", style: "danger" }))],
  ["mention", { channel: ALERTS, text: "<!channel> look" }],
  ["mention", { channel: ALERTS, text: "t", blocks: [section("<@U0CTO>")] }],
  ["secret", { channel: ALERTS, text: "key AKIAIOSFODNN7EXAMPLE" }],
  ["email", actions(button({ action_id: "a", value: "olga@example.com" }))],
  ["email", { channel: ALERTS, text: "t", metadata: { event_type: "e", event_payload: { who: "olga@example.com" } } }],
  ["shared_channel", { channel: "C0PARTNERS", text: "t" }],
  ["unknown_argument", { channel: ALERTS, text: "t", color: "red" }],
  ["live_after_settled", actions(button({ action_id: "a", value: "settled-1" }))],
];

test.each(cases)("lint: %s", (rule, message) =>
  withSlack(async ({ driver }, client) => {
    driver.addChannel({ id: "C0PARTNERS", members: ["U0BOT"], ext_shared: true });
    await (client.chat.postMessage as unknown as (body: object) => ReturnType<Post>)(message);
    const options = { mentions: ["U0OWNER"], settled: ["settled-1"] };
    expect(driver.lints(options).map((lint) => lint.rule)).toEqual([rule]);
    expect(() => driver.expectClean(options)).toThrow(rule);
    driver.expectClean({ ...options, ignore: [driver.lints(options)[0]!.rule] });
  }),
);

test("a good card is clean", () =>
  withSlack(async ({ driver }, client) => {
    const confirm = { text: mrkdwn("Sure?") };
    const card = actions(
      button({ action_id: "a", style: "primary", value: "r-1" }),
      button({ action_id: "b", style: "danger", confirm }),
    );
    await (client.chat.postMessage as unknown as (body: object) => ReturnType<Post>)(card);
    driver.expectClean({ mentions: [], oncePerValue: ["a"], settled: ["r-0"] });
  }));

test("updates: not within three seconds, and changed blocks get new ids", () =>
  withSlack(
    async ({ driver }, client) => {
      const body = (text: string, block_id: string) => ({
        channel: ALERTS,
        text,
        blocks: [{ ...section(text), block_id }],
      });
      const { ts } = await client.chat.postMessage(body("one", "b1"));
      await client.chat.update({ ts: ts!, ...body("two", "b2") });
      driver.elapse(3_000);
      await client.chat.update({ ts: ts!, ...body("three", "b3") });
      driver.expectClean();
      driver.elapse(1_000);
      await client.chat.update({ ts: ts!, ...body("four", "b3") });
      expect(driver.lints().map(({ rule }) => rule)).toEqual(["same_block_id", "update_too_often"]);
    },
    { startAt: Date.UTC(2026, 0, 1) },
  ));

test("two cards for one request, and calls over the limit", () =>
  withSlack(async ({ driver }, client) => {
    for (let count = 0; count < 4; count += 1) await client.chat.postMessage(buttonCard());
    const rules = driver.lints({ oncePerValue: ["go"] }).map(({ rule }) => rule);
    expect(rules).toEqual(["two_live_cards", "two_live_cards", "two_live_cards", "over_limit"]);
  }));
