import { expect, test } from "@jest/globals";

import { checkMessageBlocks, checkView } from "../../../src/sandbox/slack/blocks/validate.ts";
import { ALERTS, mrkdwn, plain, refusal, section, withSlack } from "./sandbox.ts";

const x = (length: number) => "x".repeat(length);
const many = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index));
const button = (extra: object = {}) => ({ type: "button", text: plain("Go"), action_id: "go", ...extra });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const option = (index: number) => ({ text: plain(`o${index}`), value: `v${index}` });
const rich = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
const task = (id: number, extra: object = {}) => ({
  type: "task_card",
  task_id: `${id}`,
  title: "t",
  status: "complete",
  ...extra,
});
const table = (rows: number, cells: number, text = "c") => ({
  type: "table",
  rows: many(rows, () => many(cells, () => ({ type: "raw_text", text }))),
});
const chart = (points: number) => ({
  type: "data_visualization",
  title: "t",
  chart: { type: "pie", segments: many(points, (index) => ({ label: `${index}`, value: 1 })) },
});

/** [what, at the limit, over it, pointer of the first complaint about the detail]. */
const limits: [string, object[], object[], string][] = [
  ["blocks", many(50, () => ({ type: "divider" })), many(51, () => ({ type: "divider" })), "/blocks"],
  ["section text", [section(x(3_000))], [section(x(3_001))], "/blocks/0/text/text"],
  ["section fields", [{ type: "section", fields: many(10, () => mrkdwn("f")) }], [{ type: "section", fields: many(11, () => mrkdwn("f")) }], "/blocks/0/fields"],
  ["field text", [{ type: "section", fields: [mrkdwn(x(2_000))] }], [{ type: "section", fields: [mrkdwn(x(2_001))] }], "/blocks/0/fields/0/text"],
  ["header", [{ type: "header", text: plain(x(150)) }], [{ type: "header", text: plain(x(151)) }], "/blocks/0/text/text"],
  ["header kind", [{ type: "header", text: plain("h") }], [{ type: "header", text: mrkdwn("h") }], "/blocks/0/text/type"],
  ["context elements", [{ type: "context", elements: many(10, () => mrkdwn("c")) }], [{ type: "context", elements: many(11, () => mrkdwn("c")) }], "/blocks/0/elements"],
  ["actions elements", [actions(...many(25, (index) => button({ action_id: `a${index}` })))], [actions(...many(26, (index) => button({ action_id: `a${index}` })))], "/blocks/0/elements"],
  ["button text", [actions(button({ text: plain(x(75)) }))], [actions(button({ text: plain(x(76)) }))], "/blocks/0/elements/0/text/text"],
  ["button value", [actions(button({ value: x(2_000) }))], [actions(button({ value: x(2_001) }))], "/blocks/0/elements/0/value"],
  ["button style", [actions(button({ style: "danger" }))], [actions(button({ style: "default" }))], "/blocks/0/elements/0/style"],
  ["action_id", [actions(button({ action_id: x(255) }))], [actions(button({ action_id: x(256) }))], "/blocks/0/elements/0/action_id"],
  ["block_id", [{ type: "divider", block_id: x(255) }], [{ type: "divider", block_id: x(256) }], "/blocks/0/block_id"],
  ["confirm title", [actions(button({ confirm: { title: plain(x(100)), text: plain("t") } }))], [actions(button({ confirm: { title: plain(x(101)), text: plain("t") } }))], "/blocks/0/elements/0/confirm/title/text"],
  ["confirm text", [actions(button({ confirm: { text: mrkdwn(x(300)) } }))], [actions(button({ confirm: { text: mrkdwn(x(301)) } }))], "/blocks/0/elements/0/confirm/text/text"],
  ["overflow", [actions({ type: "overflow", action_id: "o", options: many(5, option) })], [actions({ type: "overflow", action_id: "o", options: many(6, option) })], "/blocks/0/elements/0/options"],
  ["select options", [actions({ type: "static_select", action_id: "o", options: many(100, option) })], [actions({ type: "static_select", action_id: "o", options: many(101, option) })], "/blocks/0/elements/0/options"],
  ["initial option", [actions({ type: "static_select", action_id: "o", options: [option(1)], initial_option: option(1) })], [actions({ type: "static_select", action_id: "o", options: [option(1)], initial_option: option(2) })], "/blocks/0/elements/0/initial_option"],
  ["plan tasks", [{ type: "plan", title: "p", tasks: many(50, (index) => task(index)) }], [{ type: "plan", title: "p", tasks: many(51, (index) => task(index)) }], "/blocks/0/tasks"],
  ["plan task ids", [{ type: "plan", title: "p", tasks: [task(1), task(2)] }], [{ type: "plan", title: "p", tasks: [task(1), task(1)] }], "/blocks/0/tasks"],
  ["task output", [task(1, { output: rich("done") })], [task(1, { output: rich("") })], "/blocks/0/output/elements/0/elements/0/text"],
  ["task status", [task(1, { status: "pending" })], [task(1, { status: "done" })], "/blocks/0/status"],
  ["table rows", [table(100, 1)], [table(101, 1)], "/blocks/0/rows"],
  ["table cells", [table(1, 20)], [table(1, 21)], "/blocks/0/rows/0"],
  ["table text", [table(10, 10, x(100))], [table(10, 10, x(101))], "/blocks"],
  ["chart segments", [chart(12)], [chart(13)], "/blocks/0/chart/segments"],
  ["charts", [chart(1), chart(1)], [chart(1), chart(1), chart(1)], "/blocks"],
  ["markdown", [{ type: "markdown", text: x(12_000) }], [{ type: "markdown", text: x(12_001) }], "/blocks/0/text"],
  ["markdown in all", [{ type: "markdown", text: x(6_000) }, { type: "markdown", text: x(6_000) }], [{ type: "markdown", text: x(6_000) }, { type: "markdown", text: x(6_001) }], "/blocks"],
  ["empty text", [section("x")], [section("")], "/blocks/0/text/text"],
  ["unknown property", [{ type: "divider" }], [{ type: "divider", color: "red" }], "/blocks/0"],
  ["block_id on an element", [actions(button())], [actions(button({ block_id: "b" }))], "/blocks/0/elements/0"],
  ["text type", [section("x")], [{ type: "section", text: { type: "text", text: "x" } }], "/blocks/0/text/type"],
  ["unknown block", [rich("x")], [{ type: "marquee" }], "/blocks/0/type"],
  ["alert is for modals", [section("x")], [{ type: "alert", text: plain("x") }], "/blocks/0/type"],
  ["same block_id", [{ type: "divider", block_id: "a" }, { type: "divider", block_id: "b" }], [{ type: "divider", block_id: "a" }, { type: "divider", block_id: "a" }], "/blocks/1/block_id"],
  ["same action_id", [actions(button({ action_id: "a" }), button({ action_id: "b" }))], [actions(button(), button())], "/blocks/0/elements"],
  ["url", [actions(button({ url: "https://example.com" }))], [actions(button({ url: "javascript:alert(1)" }))], "/blocks/0/elements/0/url"],
  ["image source", [{ type: "image", alt_text: "a", image_url: "https://example.com/a.png" }], [{ type: "image", alt_text: "a" }], "/blocks/0"],
  ["rich_text style", [rich("x")], [{ type: "rich_text", style: "bold", elements: [] }], "/blocks/0"],
]; // prettier-ignore

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
