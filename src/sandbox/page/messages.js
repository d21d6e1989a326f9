import { act } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { postedAt } from "./dates.js";
import { h, toast } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar, userName } from "./names.js";
import { showJson } from "./workbench.js";

/** Lists of messages. A message whose data did not change keeps its nodes, and with them focus and scrolling. */

/** Brings the list up to date; stays at the bottom if it was there, and with the message that had the focus. */
export function showMessages(list, messages, context) {
  const atBottom = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const focused = list.contains(document.activeElement) && document.activeElement.closest("[data-ts]")?.dataset.ts;
  const old = new Map([...list.children].map((node) => [node.dataset.ts, node]));
  const nodes = messages.map((message) => {
    const key = JSON.stringify([message, context.me]);
    const kept = old.get(message.ts);
    if (kept?.key === key) return kept;
    const node = messageNode(message, context);
    node.key = key;
    return node;
  });
  const keep = new Set(nodes);
  for (const node of [...list.children]) if (!keep.has(node)) node.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  if (nodes.length === 0) list.append(h("p", { class: "empty" }, context.empty));
  if (focused && document.activeElement === document.body) list.querySelector(`[data-ts="${focused}"]`)?.focus();
  if (atBottom) list.scrollTop = list.scrollHeight;
}

function messageNode(message, context) {
  const isEphemeral = message.ephemeral_for !== undefined;
  const isBot = message.bot_id !== undefined;
  const time = postedAt(message.ts);
  const data = {
    ts: message.ts,
    ...(isEphemeral ? { ephemeral: "true" } : {}),
    ...(message.subtype ? { subtype: message.subtype } : {}),
  };
  return h(
    "article",
    {
      class: isEphemeral ? "message ephemeral" : "message",
      data,
      tabindex: "-1",
      "aria-label": `${userName(message.user)}, ${time.short}`,
    },
    avatar(message.user),
    h(
      "div",
      { class: "message-main" },
      isEphemeral && h("p", { class: "only-you" }, "Only visible to you"),
      message.subtype === "thread_broadcast" && h("p", { class: "only-you" }, "↳ replied to a thread"),
      h(
        "header",
        {},
        h("strong", {}, userName(message.user)),
        isBot && message.user === "U0BOT" && h("span", { class: "badge" }, "APP"),
        h("time", { datetime: time.iso, title: time.full }, time.short),
        message.edited && h("span", { class: "edited", title: postedAt(message.edited.ts).full }, "(edited)"),
        h(
          "button",
          { type: "button", class: "raw", "aria-label": "Show as JSON", onclick: () => showJson(message) },
          "{ }",
        ),
      ),
      h("div", { class: "message-body" }, body(message, context)),
      !isEphemeral && context.openThread && threadButton(message, context),
    ),
  );
}

function body(message, context) {
  if (message.subtype === "tombstone") return h("p", { class: "tombstone" }, message.text);
  if (message.blocks.length === 0) return h("div", {}, mrkdwn(message.text));
  const use = (element, block, value, node) => useControl(message, element, block, value, node, context);
  return renderBlocks(message.blocks, { use });
}

function threadButton(message, context) {
  const replies = message.reply_count ?? 0;
  const word = replies === 1 ? "reply" : "replies";
  const label =
    replies > 0 ? `${replies} ${word}` : message.subtype === "thread_broadcast" ? "View thread" : "Reply in thread";
  const root = message.thread_ts ?? message.ts;
  return h(
    "button",
    {
      type: "button",
      class: replies > 0 ? "thread-link" : "thread-link quiet",
      data: { testid: "open-thread" },
      onclick: () => context.openThread(root),
    },
    label,
    replies > 0 && h("span", { class: "last-reply" }, ` Last reply ${postedAt(message.latest_reply).short}`),
  );
}

/** Uses a control as the chosen person; what they would see (nothing, or a warning) appears beside it. */
async function useControl(message, element, block, value, node, context) {
  node.parentElement?.querySelectorAll(".warning-sign").forEach((sign) => sign.remove());
  node.setAttribute("aria-busy", "true");
  node.classList.add("busy");
  try {
    const result = await act("click", {
      user: context.me,
      channel: message.channel,
      ts: message.ts,
      actionId: element.action_id,
      blockId: block.block_id,
      confirm: "accept",
      ...(value === undefined ? {} : { value }),
    });
    if (result.seen === "warning") warn(node, "PolicyCortex did not answer in time. Try again.");
  } catch (error) {
    toast(error.message, "warning");
  } finally {
    node.removeAttribute("aria-busy");
    node.classList.remove("busy");
  }
}

function warn(node, text) {
  node.after(
    h(
      "span",
      { class: "warning-sign", role: "img", "aria-label": text, title: text, data: { testid: "warning" } },
      "⚠",
    ),
  );
  toast(text, "warning");
}
