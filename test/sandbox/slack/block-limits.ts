import { mrkdwn, plain, section } from "./sandbox.ts";

/** Every limit of blocks the bot uses: what is accepted, and what is one over. */

export const x = (length: number) => "x".repeat(length);
export const many = <T>(length: number, make: (index: number) => T) =>
  Array.from({ length }, (_, index) => make(index));
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
export const table = (rows: number, cells: number, text = "c") => ({
  type: "table",
  rows: many(rows, () => many(cells, () => ({ type: "raw_text", text }))),
});
const chart = (points: number) => ({
  type: "data_visualization",
  title: "t",
  chart: { type: "pie", segments: many(points, (index) => ({ label: `${index}`, value: 1 })) },
});

/** [what, at the limit, over it, pointer of the first complaint about the detail]. */
export const limits: [string, object[], object[], string][] = [
  ["blocks", many(50, () => ({ type: "divider" })), many(51, () => ({ type: "divider" })), "/blocks"],
  ["section text", [section(x(3_000))], [section(x(3_001))], "/blocks/0/text/text"],
  [
    "section fields",
    [{ type: "section", fields: many(10, () => mrkdwn("f")) }],
    [{ type: "section", fields: many(11, () => mrkdwn("f")) }],
    "/blocks/0/fields",
  ],
  [
    "field text",
    [{ type: "section", fields: [mrkdwn(x(2_000))] }],
    [{ type: "section", fields: [mrkdwn(x(2_001))] }],
    "/blocks/0/fields/0/text",
  ],
  [
    "header",
    [{ type: "header", text: plain(x(150)) }],
    [{ type: "header", text: plain(x(151)) }],
    "/blocks/0/text/text",
  ],
  [
    "header kind",
    [{ type: "header", text: plain("h") }],
    [{ type: "header", text: mrkdwn("h") }],
    "/blocks/0/text/type",
  ],
  [
    "context elements",
    [{ type: "context", elements: many(10, () => mrkdwn("c")) }],
    [{ type: "context", elements: many(11, () => mrkdwn("c")) }],
    "/blocks/0/elements",
  ],
  [
    "actions elements",
    [actions(...many(25, (index) => button({ action_id: `a${index}` })))],
    [actions(...many(26, (index) => button({ action_id: `a${index}` })))],
    "/blocks/0/elements",
  ],
  [
    "button text",
    [actions(button({ text: plain(x(75)) }))],
    [actions(button({ text: plain(x(76)) }))],
    "/blocks/0/elements/0/text/text",
  ],
  [
    "button value",
    [actions(button({ value: x(2_000) }))],
    [actions(button({ value: x(2_001) }))],
    "/blocks/0/elements/0/value",
  ],
  [
    "button style",
    [actions(button({ style: "danger" }))],
    [actions(button({ style: "default" }))],
    "/blocks/0/elements/0/style",
  ],
  [
    "action_id",
    [actions(button({ action_id: x(255) }))],
    [actions(button({ action_id: x(256) }))],
    "/blocks/0/elements/0/action_id",
  ],
  ["block_id", [{ type: "divider", block_id: x(255) }], [{ type: "divider", block_id: x(256) }], "/blocks/0/block_id"],
  [
    "confirm title",
    [actions(button({ confirm: { title: plain(x(100)), text: plain("t") } }))],
    [actions(button({ confirm: { title: plain(x(101)), text: plain("t") } }))],
    "/blocks/0/elements/0/confirm/title/text",
  ],
  [
    "confirm text",
    [actions(button({ confirm: { text: mrkdwn(x(300)) } }))],
    [actions(button({ confirm: { text: mrkdwn(x(301)) } }))],
    "/blocks/0/elements/0/confirm/text/text",
  ],
  [
    "overflow",
    [actions({ type: "overflow", action_id: "o", options: many(5, option) })],
    [actions({ type: "overflow", action_id: "o", options: many(6, option) })],
    "/blocks/0/elements/0/options",
  ],
  [
    "select options",
    [actions({ type: "static_select", action_id: "o", options: many(100, option) })],
    [actions({ type: "static_select", action_id: "o", options: many(101, option) })],
    "/blocks/0/elements/0/options",
  ],
  [
    "initial option",
    [actions({ type: "static_select", action_id: "o", options: [option(1)], initial_option: option(1) })],
    [actions({ type: "static_select", action_id: "o", options: [option(1)], initial_option: option(2) })],
    "/blocks/0/elements/0/initial_option",
  ],
  [
    "plan tasks",
    [{ type: "plan", title: "p", tasks: many(50, (index) => task(index)) }],
    [{ type: "plan", title: "p", tasks: many(51, (index) => task(index)) }],
    "/blocks/0/tasks",
  ],
  [
    "plan task ids",
    [{ type: "plan", title: "p", tasks: [task(1), task(2)] }],
    [{ type: "plan", title: "p", tasks: [task(1), task(1)] }],
    "/blocks/0/tasks",
  ],
  [
    "task output",
    [task(1, { output: rich("done") })],
    [task(1, { output: rich("") })],
    "/blocks/0/output/elements/0/elements/0/text",
  ],
  ["task status", [task(1, { status: "pending" })], [task(1, { status: "done" })], "/blocks/0/status"],
  ["table rows", [table(100, 1)], [table(101, 1)], "/blocks/0/rows"],
  ["table cells", [table(1, 20)], [table(1, 21)], "/blocks/0/rows/0"],
  ["table text", [table(10, 10, x(100))], [table(10, 10, x(101))], "/blocks"],
  ["chart segments", [chart(12)], [chart(13)], "/blocks/0/chart/segments"],
  ["charts", [chart(1), chart(1)], [chart(1), chart(1), chart(1)], "/blocks"],
  ["markdown", [{ type: "markdown", text: x(12_000) }], [{ type: "markdown", text: x(12_001) }], "/blocks/0/text"],
  [
    "markdown in all",
    [
      { type: "markdown", text: x(6_000) },
      { type: "markdown", text: x(6_000) },
    ],
    [
      { type: "markdown", text: x(6_000) },
      { type: "markdown", text: x(6_001) },
    ],
    "/blocks",
  ],
  ["empty text", [section("x")], [section("")], "/blocks/0/text/text"],
  ["unknown property", [{ type: "divider" }], [{ type: "divider", color: "red" }], "/blocks/0"],
  ["block_id on an element", [actions(button())], [actions(button({ block_id: "b" }))], "/blocks/0/elements/0"],
  ["text type", [section("x")], [{ type: "section", text: { type: "text", text: "x" } }], "/blocks/0/text/type"],
  ["unknown block", [rich("x")], [{ type: "marquee" }], "/blocks/0/type"],
  ["alert is for modals", [section("x")], [{ type: "alert", text: plain("x") }], "/blocks/0/type"],
  [
    "same block_id",
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "b" },
    ],
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ],
    "/blocks/1/block_id",
  ],
  [
    "same action_id",
    [actions(button({ action_id: "a" }), button({ action_id: "b" }))],
    [actions(button(), button())],
    "/blocks/0/elements",
  ],
  [
    "url",
    [actions(button({ url: "https://example.com" }))],
    [actions(button({ url: "javascript:alert(1)" }))],
    "/blocks/0/elements/0/url",
  ],
  [
    "image source",
    [{ type: "image", alt_text: "a", image_url: "https://example.com/a.png" }],
    [{ type: "image", alt_text: "a" }],
    "/blocks/0",
  ],
  ["rich_text style", [rich("x")], [{ type: "rich_text", style: "bold", elements: [] }], "/blocks/0"],
];
