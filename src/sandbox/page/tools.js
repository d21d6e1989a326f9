import { act } from "./api.js";
import { byId, h, toast } from "./dom.js";

/** The practice buttons: send a finding, paste an event, pass time. */
export function startTools() {
  byId("send-finding").addEventListener("click", (event) =>
    busy(event.currentTarget, async () => tell("Finding", await act("send-finding"))),
  );
  byId("pass-5-minutes").addEventListener("click", (event) =>
    busy(event.currentTarget, async () => tell("Five minutes", await act("elapse", { ms: 300_000 }))),
  );
  byId("paste-event").addEventListener("click", pasteEvent);
}

async function busy(button, run) {
  button.disabled = true;
  try {
    await run();
  } catch (error) {
    toast(error.message, "warning");
  } finally {
    button.disabled = false;
  }
}

function tell(what, { status, body }) {
  if (status >= 200 && status < 300) toast(`${what}: ${outcome(body)}`);
  else toast(`${what}: ${status === 0 ? body : `the bot answered ${status} ${body.slice(0, 300)}`}`, "warning");
}

/** What the bot made of an event, or that it took what was sent. */
function outcome(body) {
  const [first] = parsed(body)?.results ?? [];
  if (!first) return "done";
  return [first.status, first.decision && `decision ${first.decision}`, first.reason].filter(Boolean).join(", ");
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function pasteEvent() {
  const text = h("textarea", {
    id: "event-text",
    class: "code",
    rows: 12,
    required: true,
    spellcheck: "false",
    data: { testid: "event-text" },
  });
  const answer = h("pre", { class: "answer", role: "status", data: { testid: "event-answer" }, hidden: true });
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const send = async (event) => {
    event.preventDefault();
    await busy(submit, async () => {
      const { status, body } = await act("send-event", { text: text.value });
      answer.hidden = false;
      answer.textContent = status === 0 ? body : `HTTP ${status}\n${pretty(body)}`;
    });
  };
  const submit = h("button", { type: "submit", class: "button primary", data: { testid: "event-send" } }, "Send");
  const dialog = h(
    "dialog",
    { class: "dialog modal", "aria-labelledby": "event-title", onclose: () => dialog.remove() },
    h(
      "form",
      { onsubmit: send },
      h("header", {}, h("h2", { id: "event-title" }, "Paste an event")),
      h(
        "div",
        { class: "dialog-body" },
        h(
          "label",
          { for: "event-text" },
          "Any JSON the bot may receive: native, CloudEvents, EventBridge, ASFF, OCSF…",
        ),
        text,
        answer,
      ),
      h("footer", {}, h("button", { type: "button", class: "button", onclick: close }, "Close"), submit),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

function pretty(body) {
  const value = parsed(body);
  return value === undefined ? body : JSON.stringify(value, null, 2);
}
