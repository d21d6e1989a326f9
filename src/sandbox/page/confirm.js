import { h } from "./dom.js";

/** A confirm dialog as an element asks for it; resolves to whether the person accepted. */
export function askConfirm(confirm, textNode) {
  return new Promise((resolve) => {
    const answer = (accepted) => {
      dialog.close();
      dialog.remove();
      resolve(accepted);
    };
    const dialog = h(
      "dialog",
      {
        class: "dialog confirm",
        "aria-labelledby": "confirm-title",
        data: { testid: "confirm" },
        oncancel: () => answer(false),
      },
      h("h2", { id: "confirm-title" }, confirm.title ? textNode(confirm.title) : "Are you sure?"),
      h("div", { class: "dialog-body" }, textNode(confirm.text)),
      h(
        "footer",
        {},
        h(
          "button",
          { type: "button", class: "button", data: { testid: "confirm-cancel" }, onclick: () => answer(false) },
          confirm.deny ? textNode(confirm.deny) : "Cancel",
        ),
        h(
          "button",
          {
            type: "button",
            class: `button ${confirm.style ?? "primary"}`,
            data: { testid: "confirm-accept" },
            onclick: () => answer(true),
          },
          confirm.confirm ? textNode(confirm.confirm) : "Yes",
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
