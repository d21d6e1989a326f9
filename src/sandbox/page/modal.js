import { act, read } from "./api.js";
import { renderBlocks, textNode } from "./blocks.js";
import { h, toast } from "./dom.js";
import { entered, showErrors } from "./fields.js";

/** The open modal of the chosen person: the top of their stack, kept as it is until it changes. */

let shown;

/** Brings the modal up to date with what the person has open. */
export async function refreshModal(me) {
  const { views } = await read("views", { user: me });
  const view = views.at(-1);
  const key = view && `${me} ${view.id} ${view.hash}`;
  if (key === shown?.key) return;
  const typed = view && shown?.id === view.id ? entered(shown.dialog) : undefined;
  shown?.dialog.remove();
  shown = view && { key, id: view.id, dialog: open(view, me, typed) };
}

function open(view, me, typed) {
  const use = async (element, block, value) => {
    const chosen = value === undefined ? {} : { value };
    await trying(dialog, () =>
      act("click-view", {
        user: me,
        actionId: element.action_id,
        blockId: block.block_id,
        confirm: "accept",
        ...chosen,
      }),
    );
  };
  const close = () => void trying(dialog, () => act("close-view", { user: me }));
  const hasSubmit = view.submit !== null || view.blocks.some(({ type }) => type === "input");
  const form = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        void submit(dialog, form, me);
      },
    },
    h(
      "header",
      {},
      h("h2", { id: "modal-title" }, textNode(view.title)),
      h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: close }, "✕"),
    ),
    h("p", { class: "modal-error", role: "alert" }),
    h("div", { class: "dialog-body" }, renderBlocks(view.blocks, { use, typed })),
    h(
      "footer",
      {},
      h(
        "button",
        { type: "button", class: "button", data: { testid: "modal-close" }, onclick: close },
        view.close ? textNode(view.close) : "Cancel",
      ),
      hasSubmit &&
        h(
          "button",
          { type: "submit", class: "button primary", data: { testid: "modal-submit" } },
          view.submit ? textNode(view.submit) : "Submit",
        ),
    ),
  );
  const cancel = (event) => {
    event.preventDefault();
    close();
  };
  const props = {
    class: "dialog modal",
    "aria-labelledby": "modal-title",
    data: { testid: "modal", callbackId: view.callback_id },
    oncancel: cancel,
  };
  const dialog = h("dialog", props, form);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

async function submit(dialog, form, me) {
  const result = await trying(dialog, () => act("submit-view", { user: me, values: entered(form) }));
  if (result?.seen === "modal_errors") showErrors(form, result.viewErrors);
  if (result?.seen === "modal_trouble")
    say(dialog, "We had some trouble connecting. Try again?", result.problem ?? `HTTP ${result.status}`);
}

/** Does something with the modal's buttons off; a refusal is shown at its top. */
async function trying(dialog, run) {
  const buttons = [...dialog.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  say(dialog, "");
  try {
    return await run();
  } catch (error) {
    say(dialog, error.message);
    return undefined;
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function say(dialog, text, detail) {
  dialog.querySelector(".modal-error").textContent = text;
  if (detail) toast(detail, "warning");
}
