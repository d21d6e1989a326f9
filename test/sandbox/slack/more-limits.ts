import { many, table, x } from "./block-limits.ts";
import { mrkdwn, plain, section } from "./sandbox.ts";

/** The rows of slack.md 2.3 that the bot's own cards do not reach: what is accepted, and what is one over. */

const button = (extra: object = {}) => ({ type: "button", text: plain("Go"), action_id: "go", ...extra });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const option = (index: number, extra: object = {}) => ({ text: plain(`o${index}`), value: `v${index}`, ...extra });
const menu = (extra: object) => actions({ type: "static_select", action_id: "m", ...extra });
const card = (extra: object = {}) => ({ type: "card", title: mrkdwn("t"), ...extra });
const container = (children: object[], extra: object = {}) => ({
  type: "container",
  title: plain("t"),
  child_blocks: children,
  ...extra,
});
const input = (element: object, extra: object = {}) => ({ type: "input", label: plain("l"), element, ...extra });
const text = (extra: object = {}) => ({ type: "plain_text_input", action_id: "a", ...extra });
const icon = (index: number, extra: object = {}) => ({
  type: "icon_button",
  icon: "trash",
  text: plain("Bin"),
  action_id: `i${index}`,
  ...extra,
});
const dataTable = (rows: number, cells = 1, extra: object = {}) => ({
  ...table(rows, cells),
  type: "data_table",
  caption: "c",
  ...extra,
});
const series = (count: number, points: number, label = "l", name = "n") => ({
  type: "data_visualization",
  title: "t",
  chart: {
    type: "bar",
    series: many(count, (index) => ({
      name: name === "n" ? `${index}` : name,
      data: many(points, (point) => ({ label: label === "l" ? `${point}` : label, value: 1 })),
    })),
  },
});
const axis = (x_label: string) => {
  const { chart, ...rest } = series(1, 1);
  return { ...rest, chart: { ...chart, axis_config: { x_label } } };
};
const image = (extra: object = {}) => ({ type: "image", alt_text: "a", image_url: "https://e.example", ...extra });
const address = (length: number) => "https://e.example/".padEnd(length, "a");

type Row = [string, object[], object[], string];

export const elementRows: Row[] = [
  [
    "accessibility_label",
    [actions(button({ accessibility_label: x(75) }))],
    [actions(button({ accessibility_label: x(76) }))],
    "/blocks/0/elements/0/accessibility_label",
  ],
  [
    "button url",
    [actions(button({ url: address(3_000) }))],
    [actions(button({ url: address(3_001) }))],
    "/blocks/0/elements/0/url",
  ],
  ...["confirm", "deny"].map((part): Row => [
    `confirm dialog's ${part}`,
    [actions(button({ confirm: { text: plain("t"), [part]: plain(x(30)) } }))],
    [actions(button({ confirm: { text: plain("t"), [part]: plain(x(31)) } }))],
    `/blocks/0/elements/0/confirm/${part}/text`,
  ]),
  [
    "option text",
    [menu({ options: [option(1, { text: plain(x(75)) })] })],
    [menu({ options: [option(1, { text: plain(x(76)) })] })],
    "/blocks/0/elements/0/options/0/text/text",
  ],
  [
    "option description",
    [menu({ options: [option(1, { description: plain(x(75)) })] })],
    [menu({ options: [option(1, { description: plain(x(76)) })] })],
    "/blocks/0/elements/0/options/0/description/text",
  ],
  [
    "option value",
    [menu({ options: [option(1, { value: x(75) })] })],
    [menu({ options: [option(1, { value: x(76) })] })],
    "/blocks/0/elements/0/options/0/value",
  ],
  [
    "option url",
    [actions({ type: "overflow", action_id: "o", options: [option(1, { url: address(3_000) })] })],
    [actions({ type: "overflow", action_id: "o", options: [option(1, { url: address(3_001) })] })],
    "/blocks/0/elements/0/options/0/url",
  ],
  [
    "option groups",
    [menu({ option_groups: many(100, (index) => ({ label: plain("g"), options: [option(index)] })) })],
    [menu({ option_groups: many(101, (index) => ({ label: plain("g"), options: [option(index)] })) })],
    "/blocks/0/elements/0/option_groups",
  ],
  [
    "options or groups, not both",
    [menu({ options: [option(1)] })],
    [menu({ options: [option(1)], option_groups: [{ label: plain("g"), options: [option(2)] }] })],
    "/blocks/0/elements/0",
  ],
  ...["checkboxes", "radio_buttons"].map((type): Row => [
    type,
    [actions({ type, action_id: "c", options: many(10, (index) => option(index)) })],
    [actions({ type, action_id: "c", options: many(11, (index) => option(index)) })],
    "/blocks/0/elements/0/options",
  ]),
  [
    "plain_text_input max_length",
    [input(text({ max_length: 3_000 }))],
    [input(text({ max_length: 3_001 }))],
    "/blocks/0/element/max_length",
  ],
  [
    "placeholder",
    [input(text({ placeholder: plain(x(150)) }))],
    [input(text({ placeholder: plain(x(151)) }))],
    "/blocks/0/element/placeholder/text",
  ],
  [
    "input label",
    [input(text(), { label: plain(x(2_000)) })],
    [input(text(), { label: plain(x(2_001)) })],
    "/blocks/0/label/text",
  ],
  [
    "input hint",
    [input(text(), { hint: plain(x(2_000)) })],
    [input(text(), { hint: plain(x(2_001)) })],
    "/blocks/0/hint/text",
  ],
  [
    "one focus",
    [input(text({ focus_on_load: true }))],
    [input(text({ focus_on_load: true })), input(text({ focus_on_load: true }))],
    "/blocks",
  ],
  [
    "rich_text_input is not for messages",
    [input(text())],
    [input({ type: "rich_text_input" })],
    "/blocks/0/element/type",
  ],
  ["image alt_text", [image({ alt_text: x(2_000) })], [image({ alt_text: x(2_001) })], "/blocks/0/alt_text"],
  ["image_url", [image({ image_url: address(3_000) })], [image({ image_url: address(3_001) })], "/blocks/0/image_url"],
  ["image from one source", [image()], [image({ slack_file: { id: "F1" } })], "/blocks/0"],
];

export const blockRows: Row[] = [
  ["card title", [card({ title: mrkdwn(x(150)) })], [card({ title: mrkdwn(x(151)) })], "/blocks/0/title/text"],
  [
    "card subtitle",
    [card({ subtitle: mrkdwn(x(150)) })],
    [card({ subtitle: mrkdwn(x(151)) })],
    "/blocks/0/subtitle/text",
  ],
  ["card body", [card({ body: mrkdwn(x(200)) })], [card({ body: mrkdwn(x(201)) })], "/blocks/0/body/text"],
  [
    "card actions",
    [card({ actions: many(3, (index) => button({ action_id: `${index}` })) })],
    [card({ actions: many(4, (index) => button({ action_id: `${index}` })) })],
    "/blocks/0/actions",
  ],
  [
    "carousel cards",
    [{ type: "carousel", elements: many(10, () => card()) }],
    [{ type: "carousel", elements: many(11, () => card()) }],
    "/blocks/0/elements",
  ],
  [
    "carousel has a card",
    [{ type: "carousel", elements: [card()] }],
    [{ type: "carousel", elements: [] }],
    "/blocks/0/elements",
  ],
  [
    "container blocks",
    [container(many(10, () => ({ type: "divider" })))],
    [container(many(11, () => ({ type: "divider" })))],
    "/blocks/0/child_blocks",
  ],
  [
    "container title",
    [container([section("x")], { title: plain(x(150)) })],
    [container([section("x")], { title: plain(x(151)) })],
    "/blocks/0/title/text",
  ],
  [
    "container subtitle",
    [container([section("x")], { subtitle: plain(x(150)) })],
    [container([section("x")], { subtitle: plain(x(151)) })],
    "/blocks/0/subtitle/text",
  ],
  ...[card(), container([section("x")]), dataTable(1)].map((child): Row => [
    `no ${child.type} in a container`,
    [container([section("x")])],
    [container([child])],
    "/blocks/0/child_blocks/0/type",
  ]),
  [
    "context_actions",
    [{ type: "context_actions", elements: many(5, (index) => icon(index)) }],
    [{ type: "context_actions", elements: many(6, (index) => icon(index)) }],
    "/blocks/0/elements",
  ],
  [
    "visible_to_user_ids",
    [{ type: "context_actions", elements: [icon(1, { visible_to_user_ids: many(10, String) })] }],
    [{ type: "context_actions", elements: [icon(1, { visible_to_user_ids: many(11, String) })] }],
    "/blocks/0/elements/0/visible_to_user_ids",
  ],
  ["data_table rows", [dataTable(201)], [dataTable(202)], "/blocks/0/rows"],
  ["data_table columns", [dataTable(1, 20)], [dataTable(1, 21)], "/blocks/0/rows/0"],
  [
    "data_table page",
    [dataTable(2, 1, { page_size: 100 })],
    [dataTable(2, 1, { page_size: 101 })],
    "/blocks/0/page_size",
  ],
  ["data_table caption", [dataTable(1)], [dataTable(1, 1, { caption: "" })], "/blocks/0/caption"],
  [
    "data_table text",
    [{ ...table(20, 10, x(100)), type: "data_table", caption: "c" }],
    [{ ...table(20, 10, x(101)), type: "data_table", caption: "c" }],
    "/blocks",
  ],
  [
    "data_table rows are equally long",
    [dataTable(2)],
    [{ ...dataTable(1), rows: [...table(1, 2).rows, ...table(1, 1).rows] }],
    "/blocks/0/rows/1",
  ],
  ["chart title", [{ ...series(1, 1), title: x(50) }], [{ ...series(1, 1), title: x(51) }], "/blocks/0/title"],
  ["chart series", [series(12, 1)], [series(13, 1)], "/blocks/0/chart/series"],
  ["chart points", [series(1, 20)], [series(1, 21)], "/blocks/0/chart/series/0/data"],
  ["chart label", [series(1, 1, x(20))], [series(1, 1, x(21))], "/blocks/0/chart/series/0/data/0/label"],
  ["chart series name", [series(1, 1, "l", x(20))], [series(1, 1, "l", x(21))], "/blocks/0/chart/series/0/name"],
  ["chart axis label", [axis(x(50))], [axis(x(51))], "/blocks/0/chart/axis_config/x_label"],
];
