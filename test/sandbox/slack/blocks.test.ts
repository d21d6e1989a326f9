import { expect, test } from "@jest/globals";

import { checkMessageBlocks, checkView } from "../../../src/sandbox/slack/blocks/validate.ts";
import { limits, many, table, x } from "./block-limits.ts";
import { ALERTS, plain, refusal, section, withSlack } from "./sandbox.ts";

test.each(limits)("message limit: %s", (_, at, over, pointer) => {
  expect(checkMessageBlocks(at, "/blocks")).toEqual({ problems: [] });
  const verdict = checkMessageBlocks(over, "/blocks");
  expect(verdict.error).toBe("invalid_blocks");
  expect(verdict.problems.map((problem) => problem.pointer)).toContain(pointer);
});

test("a second table and too much text have codes of their own", () => {
  expect(checkMessageBlocks([table(1, 1), table(1, 1)], "/blocks")).toMatchObject({
    error: "invalid_attachments",
    problems: [{ message: "only_one_table_allowed" }],
  });
  const long = (last: number) => [...many(4, () => section(x(3_000))), section(x(last))];
  expect(checkMessageBlocks(long(1_000), "/blocks")).toEqual({ problems: [] });
  expect(checkMessageBlocks(long(1_001), "/blocks")).toEqual({ error: "msg_blocks_too_long", problems: [] });
});

test("the error body of a message method names rule and pointer twice", () =>
  withSlack(async (_, client) => {
    const body = await refusal(client.chat.postMessage({ channel: ALERTS, text: "x", blocks: [section(x(3_001))] }));
    expect(body).toMatchObject({
      error: "invalid_blocks",
      errors: [
        "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
      ],
    });
    expect(body.response_metadata?.messages?.[1]).toBe(
      "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    );
  }));

const modal = (extra: object = {}) => ({ type: "modal", title: plain("T"), blocks: [section("x")], ...extra });
const input = { type: "input", label: plain("l"), element: { type: "plain_text_input", action_id: "a" } };

const viewCases: [string, object, string][] = [
  ["title over 24", modal({ title: plain(x(25)) }), "/view/title/text"],
  ["private_metadata over 3,000", modal({ private_metadata: x(3_001) }), "/view/private_metadata"],
  ["callback_id over 255", modal({ callback_id: x(256) }), "/view/callback_id"],
  ["over 100 blocks", modal({ blocks: many(101, () => ({ type: "divider" })) }), "/view/blocks"],
  ["input without submit", modal({ blocks: [input] }), "/view"],
  ["plan is for messages", modal({ blocks: [{ type: "plan", title: "p" }] }), "/view/blocks/0/type"],
  ["alert over 200", modal({ blocks: [{ type: "alert", text: plain(x(201)) }] }), "/view/blocks/0/text/text"],
  ["no title", { type: "modal", blocks: [] }, "/view"],
];

test.each(viewCases)("modal: %s", (_, view, pointer) => {
  expect(checkView(view, "/view", ["modal"]).map((problem) => problem.pointer)).toContain(pointer);
});

test("a modal at its limits is fine", () => {
  const alert = { type: "alert", level: "warning", text: plain(x(200)) };
  const full = modal({ title: plain(x(24)), submit: plain(x(24)), private_metadata: x(3_000), blocks: [alert, input] });
  expect(checkView(full, "/view", ["modal"])).toEqual([]);
});

test("blocks.validate needs no token, takes one argument, and points relative to it", () =>
  withSlack(async (slack) => {
    const validate = async (args: Record<string, string>) => {
      const answer = await fetch(`${slack.apiUrl}blocks.validate`, { method: "POST", body: new URLSearchParams(args) });
      return (await answer.json()) as object;
    };
    expect(await validate({ blocks: JSON.stringify([section("x")]) })).toEqual({ ok: true });
    expect(
      await validate({ blocks: JSON.stringify([{ type: "section", text: { type: "text", text: "x" } }]) }),
    ).toMatchObject({
      ok: false,
      error: "invalid_blocks",
      errors: [
        { pointer: "/0/text" },
        { pointer: "/0/text/type", code: "failed_constraint", constraint: { type: "enum" } },
      ],
    });
    expect(await validate({ view: JSON.stringify(modal({ title: plain("") })) })).toMatchObject({
      error: "invalid_view",
    });
    expect(await validate({})).toMatchObject({ error: "invalid_arguments" });
    expect(await validate({ blocks: "[]", view: "{}" })).toMatchObject({ error: "invalid_arguments" });
  }));
