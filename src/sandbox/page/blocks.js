import { dataBlocks } from "./data-blocks.js";
import { h } from "./dom.js";
import { control } from "./controls.js";
import { emojiText } from "./emoji.js";
import { field } from "./fields.js";
import { holders } from "./holders.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./rich-text.js";

/** Blocks as nodes. `context.use(element, block, value, node)` is called when somebody uses a control. */

/** A `plain_text` or `mrkdwn` object. */
export function textNode(text) {
  if (!text) return [];
  if (text.type === "mrkdwn") return mrkdwn(text.text);
  const shown =
    text.emoji === false ? text.text : text.text.replaceAll(/:([a-z0-9_+-]+):/g, (_, name) => emojiText(name));
  return [h("span", { class: "pre-line" }, shown)];
}

const renderers = {
  header: (block) => h("h3", { class: "block-header" }, textNode(block.text)),
  divider: () => h("hr"),
  section: (block, context) =>
    h(
      "div",
      { class: block.accessory ? "section with-accessory" : "section" },
      h(
        "div",
        { class: "section-text" },
        block.text && h("div", {}, textNode(block.text)),
        block.fields &&
          h(
            "div",
            { class: "fields" },
            block.fields.map((one) => h("div", { class: "field" }, textNode(one))),
          ),
      ),
      block.accessory && h("div", { class: "accessory" }, element(block.accessory, block, context)),
    ),
  context: (block) =>
    h(
      "div",
      { class: "context" },
      block.elements.map((one) => (one.type === "image" ? picture(one) : h("span", {}, textNode(one)))),
    ),
  actions: (block, context) =>
    h(
      "div",
      { class: "actions", role: "group", "aria-label": "Actions" },
      block.elements.map((one) => element(one, block, context)),
    ),
  input: (block, context) => field(block, context, textNode),
  image: (block) => h("figure", {}, block.title && h("figcaption", {}, textNode(block.title)), picture(block)),
  rich_text: (block) => richText(block),
  alert: (block) => h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, textNode(block.text)),
  markdown: (block) => h("div", {}, mrkdwn(block.text.replaceAll("**", "*").replaceAll(/^#+ (.*)$/gm, "*$1*"))),
  ...dataBlocks,
  ...holders({ textNode, element, renderBlocks, picture }),
};

/** Nothing is fetched from outside, so a picture is its description. */
function picture({ alt_text: description }) {
  return h("span", { class: "picture", role: "img", "aria-label": description }, `[${description}]`);
}

function element(one, block, context) {
  return one.type === "image" ? picture(one) : control(one, block, context, textNode);
}

/** All blocks of a message or view. An unknown kind is named rather than hidden. */
export function renderBlocks(blocks, context) {
  return blocks.map((block) => {
    const render = renderers[block.type] ?? (() => h("p", { class: "unknown" }, `[${block.type}]`));
    return h(
      "div",
      { class: "block", data: { blockId: block.block_id ?? "", blockType: block.type } },
      render(block, context),
    );
  });
}
