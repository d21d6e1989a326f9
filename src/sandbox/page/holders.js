import { h } from "./dom.js";

/** Blocks that hold other things: cards, carousels, containers, and the small actions below a message. */

/** Renderers by type; `parts` are the page's own ways to show text, elements and blocks. */
export function holders({ textNode, element, renderBlocks, picture }) {
  const card = (block, context, within = block) =>
    h(
      "section",
      { class: "card", "aria-label": block.title?.text },
      block.hero_image && picture(block.hero_image),
      block.title && h("strong", {}, block.icon && picture(block.icon), textNode(block.title)),
      block.subtitle && h("div", { class: "card-note" }, textNode(block.subtitle)),
      block.body && h("div", {}, textNode(block.body)),
      block.actions && h("div", { class: "actions" }, buttons(block.actions, within, context)),
    );
  const buttons = (list, block, context) => list.map((one) => element(one, block, context));
  const feedback = (one) =>
    ["positive_button", "negative_button"].map((name) => ({ ...one[name], type: "button", action_id: one.action_id }));
  return {
    card,
    carousel: (block, context) =>
      h(
        "ul",
        { class: "carousel", tabindex: "0", "aria-label": "Cards" },
        block.elements.map((one) => h("li", {}, card(one, context, block))),
      ),
    container: (block, context) =>
      h(
        "details",
        { class: "container", open: !block.default_collapsed },
        h(
          "summary",
          {},
          block.title ? textNode(block.title) : "Details",
          block.subtitle && [" · ", textNode(block.subtitle)],
        ),
        renderBlocks(block.child_blocks, context),
      ),
    context_actions: (block, context) =>
      h(
        "div",
        { class: "actions", role: "group", "aria-label": "Actions" },
        block.elements.map((one) =>
          buttons(one.type === "feedback_buttons" ? feedback(one) : [{ ...one, type: "button" }], block, context),
        ),
      ),
  };
}
