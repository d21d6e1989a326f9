import { many, x } from "./block-limits.ts";
import { plain, section } from "./sandbox.ts";

/** Limits of modals and Home tabs: [what, at the limit, over it, pointer]. */

const modal = (extra: object = {}) => ({ type: "modal", title: plain("T"), blocks: [section("x")], ...extra });
const home = (extra: object = {}) => ({ type: "home", blocks: [section("x")], ...extra });
const input = (type: string, extra: object = {}) => ({
  type: "input",
  label: plain("l"),
  element: { type, action_id: "a", ...extra },
});
const dividers = (length: number) => many(length, () => ({ type: "divider" }));
const submit = { submit: plain("Go") };
const alert = (length: number) => ({ type: "alert", text: plain(x(length)) });

type Row = [string, object, object, string];

export const viewRows: Row[] = [
  ["modal blocks", modal({ blocks: dividers(100) }), modal({ blocks: dividers(101) }), "/view/blocks"],
  ["home blocks", home({ blocks: dividers(100) }), home({ blocks: dividers(101) }), "/view/blocks"],
  ...["title", "submit", "close"].map((name): Row => [
    name,
    modal({ [name]: plain(x(24)) }),
    modal({ [name]: plain(x(25)) }),
    `/view/${name}/text`,
  ]),
  [
    "private_metadata",
    modal({ private_metadata: x(3_000) }),
    modal({ private_metadata: x(3_001) }),
    "/view/private_metadata",
  ],
  ["callback_id", modal({ callback_id: x(255) }), modal({ callback_id: x(256) }), "/view/callback_id"],
  ["external_id", modal({ external_id: x(255) }), modal({ external_id: x(256) }), "/view/external_id"],
  ["alert", modal({ blocks: [alert(200)] }), modal({ blocks: [alert(201)] }), "/view/blocks/0/text/text"],
  [
    "alert level",
    modal({ blocks: [{ ...alert(1), level: "success" }] }),
    modal({ blocks: [{ ...alert(1), level: "fatal" }] }),
    "/view/blocks/0/level",
  ],
  ["alert is for modals", home(), home({ blocks: [alert(1)] }), "/view/blocks/0/type"],
  [
    "an input needs submit",
    modal({ ...submit, blocks: [input("plain_text_input")] }),
    modal({ blocks: [input("plain_text_input")] }),
    "/view",
  ],
  ...["email_text_input", "url_text_input", "file_input"].map((type): Row => [
    `${type} is for modals`,
    modal({ ...submit, blocks: [input(type)] }),
    home({ blocks: [input(type)] }),
    "/view/blocks/0/element/type",
  ]),
  [
    "rich_text_input lines",
    modal({ ...submit, blocks: [input("rich_text_input", { max_lines: 100 })] }),
    modal({ ...submit, blocks: [input("rich_text_input", { max_lines: 101 })] }),
    "/view/blocks/0/element/max_lines",
  ],
  [
    "file_input files",
    modal({ ...submit, blocks: [input("file_input", { max_files: 10 })] }),
    modal({ ...submit, blocks: [input("file_input", { max_files: 11 })] }),
    "/view/blocks/0/element/max_files",
  ],
  ...["plan", "task_card", "markdown", "context_actions", "table", "data_table", "card", "carousel"].map(
    (type): Row => [`${type} is not for modals`, modal(), modal({ blocks: [{ type }] }), "/view/blocks/0/type"],
  ),
  ...["plan", "task_card", "markdown", "context_actions"].map((type): Row => [
    `${type} is not for Home`,
    home(),
    home({ blocks: [{ type }] }),
    "/view/blocks/0/type",
  ]),
];
