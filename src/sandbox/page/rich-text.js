import { formatDate } from "./dates.js";
import { h, link } from "./dom.js";
import { emojiText } from "./emoji.js";
import { mentionChannel, mentionGroup, mentionUser } from "./names.js";

/** `rich_text` blocks as nodes. */
export function richText(block) {
  const nodes = [];
  for (const part of block.elements) {
    if (part.type === "rich_text_list") nodes.push(list(part));
    else if (part.type === "rich_text_preformatted") nodes.push(h("pre", {}, part.elements.map(inline)));
    else if (part.type === "rich_text_quote") nodes.push(h("blockquote", {}, part.elements.map(inline)));
    else nodes.push(h("div", { class: "rich-section" }, part.elements.map(inline)));
  }
  return h("div", { class: "rich-text" }, nodes);
}

function list({ style, indent = 0, offset = 0, elements }) {
  const items = elements.map((section) => h("li", {}, section.elements.map(inline)));
  const element = h(style === "ordered" ? "ol" : "ul", { start: offset > 0 ? offset + 1 : undefined }, items);
  element.style.marginInlineStart = `${indent * 1.5}rem`;
  return element;
}

function inline(element) {
  return withStyle(content(element), element.style ?? {});
}

function content(element) {
  switch (element.type) {
    case "text":
      return h("span", { class: "pre-line" }, element.text);
    case "link":
      return link(element.url, element.text ?? element.url);
    case "user":
      return mentionUser(element.user_id);
    case "usergroup":
      return mentionGroup(element.usergroup_id);
    case "channel":
      return mentionChannel(element.channel_id);
    case "broadcast":
      return h("span", { class: "mention me" }, `@${element.range}`);
    case "emoji":
      return emojiText(element.name, element.unicode);
    case "date":
      return h("time", {}, formatDate(element.timestamp, element.format) ?? element.fallback ?? "");
    case "color":
      return h("code", {}, element.value);
    default:
      return "";
  }
}

function withStyle(node, style) {
  const tags = { code: "code", strike: "s", italic: "em", bold: "strong", underline: "u" };
  return Object.entries(tags).reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), node);
}
