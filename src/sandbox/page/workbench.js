import { act, read } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { byId, h, toast } from "./dom.js";

/** The workbench: break calls and deliveries, move the clock, see lints, and show any message given as JSON. */

const apiFaults = ["error", "status", "429", "200_rate_limited", "drop_before", "drop_after", "delay"];
const deliveryFaults =
  "duplicate parallel_retry replay reordered delayed old future wrong_signature tampered previous_secret".split(" ");
const methods =
  "chat.postMessage chat.update chat.postEphemeral views.open views.update views.publish users.info".split(" ");
const sample = { blocks: [{ type: "section", text: { type: "mrkdwn", text: "*Any* message" } }] };

/** Makes the button in the sidebar open it. */
export function startWorkbench() {
  byId("workbench").addEventListener("click", () =>
    show("Workbench", [faults(), deliveries(), clock(), gallery(), lints()]),
  );
}

/** A message exactly as it is stored. */
export function showJson(message) {
  show("Message as JSON", [h("pre", { class: "answer", tabindex: "0" }, JSON.stringify(message, null, 2))]);
}

function show(title, content) {
  const dialog = h(
    "dialog",
    {
      class: "dialog modal",
      "aria-label": title,
      data: { testid: "workbench-dialog" },
      onclose: () => dialog.remove(),
    },
    h(
      "header",
      {},
      h("h2", {}, title),
      h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => dialog.close() }, "✕"),
    ),
    h("div", { class: "dialog-body" }, content),
  );
  document.body.append(dialog);
  dialog.showModal();
}

function part(title, testid, ...content) {
  return h(
    "details",
    { class: "bench", data: { testid }, open: testid === "bench-faults" },
    h("summary", {}, title),
    content,
  );
}

function choice(label, options) {
  const select = h(
    "select",
    {},
    options.map((value) => h("option", { value }, value)),
  );
  return { select, node: h("label", {}, h("span", {}, label), select) };
}

function entry(label, value = "") {
  const input = h("input", { type: "text", value, autocomplete: "off" });
  return { input, node: h("label", {}, h("span", {}, label), input) };
}

function press(label, run) {
  const done = async () => {
    try {
      const said = await run();
      if (said) toast(said);
    } catch (error) {
      toast(error.message, "warning");
    }
  };
  return h("button", { type: "button", class: "button", onclick: done }, label);
}

function number(text) {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function faults() {
  const method = choice("Method", methods);
  const kind = choice("What happens", apiFaults);
  const value = entry("Code, status, seconds or ms");
  const times = entry("How many calls", "1");
  const set = async () => {
    const given = value.input.value === "" ? {} : { value: number(value.input.value) };
    await act("set-fault", {
      method: method.select.value,
      kind: kind.select.value,
      times: Number(times.input.value),
      ...given,
    });
    return `The next ${method.select.value} runs into “${kind.select.value}”.`;
  };
  const clear = async () => act("clear-faults").then(() => "No faults any more.");
  const fields = [method, kind, value, times].map(({ node }) => node);
  return part("Break the bot's calls", "bench-faults", fields, press("Set fault", set), press("Clear faults", clear));
}

function deliveries() {
  const kind = choice("What happens", deliveryFaults);
  const set = async () => {
    await act("set-delivery-fault", { kind: kind.select.value });
    return `The next delivery to the bot: ${kind.select.value}.`;
  };
  const clear = async () => act("clear-delivery-faults").then(() => "Deliveries are normal again.");
  return part(
    "Break what the bot receives",
    "bench-deliveries",
    kind.node,
    press("Set fault", set),
    press("Clear", clear),
  );
}

function clock() {
  const minutes = entry("Minutes", "60");
  const pass = async () => {
    await act("elapse", { ms: Math.round(Number(minutes.input.value) * 60_000) });
    return `${minutes.input.value} minutes later.`;
  };
  return part("Move the clock", "bench-clock", minutes.node, press("Pass time", pass));
}

function gallery() {
  const text = h("textarea", {
    class: "code",
    rows: 8,
    spellcheck: "false",
    "aria-label": "Message or blocks as JSON",
  });
  text.value = JSON.stringify(sample, null, 2);
  const preview = h("div", { class: "gallery", data: { testid: "gallery-preview" } });
  const problems = h("pre", { class: "answer", role: "status", hidden: true });
  const draw = async () => {
    const value = JSON.parse(text.value);
    const blocks = Array.isArray(value) ? value : value.blocks;
    const body = new URLSearchParams({ blocks: JSON.stringify(blocks ?? []) });
    const verdict = await (await fetch("/api/blocks.validate", { method: "POST", body })).json();
    problems.hidden = verdict.ok;
    problems.textContent = (verdict.errors ?? []).map(({ message, pointer }) => `${message} at ${pointer}`).join("\n");
    preview.replaceChildren(...(verdict.ok ? renderBlocks(blocks, { use: () => undefined }) : []));
  };
  return part("Show a message given as JSON", "bench-gallery", text, press("Show", draw), problems, preview);
}

function lints() {
  const list = h("ul", { role: "status" });
  const look = async () => {
    const found = (await read("lints")).lints;
    const lines = found.map(({ rule, where, detail }) => h("li", {}, `${rule} at ${where}: ${detail}`));
    list.replaceChildren(...(lines.length > 0 ? lines : [h("li", {}, "Nothing to complain about.")]));
  };
  return part("Look for bad manners", "bench-lints", press("Look", look), list);
}
