import { element } from "./dom.js";

/** The call log with its filters. */

const filters = { text: document.querySelector("#call-text"), failed: document.querySelector("#call-failed") };
let calls = [];

export function drawCalls(newest) {
  calls = newest;
  draw();
}

for (const input of Object.values(filters)) input.addEventListener("input", draw);

function draw() {
  const wanted = filters.text.value.trim().toLowerCase();
  const shown = calls.filter((call) => (!filters.failed.checked || failed(call)) && words(call).includes(wanted));
  const none = document.querySelector("#no-calls");
  none.hidden = shown.length > 0;
  none.textContent = calls.length === 0 ? "No call yet." : "No call fits the filter.";
  document.querySelector(".scroll").hidden = shown.length === 0;
  document.querySelector("#calls").replaceChildren(...shown.map(callRow));
}

function failed({ status }) {
  return status === 0 || status >= 400;
}

function words(call) {
  const { service, action, account, principal, resource, status, errorCode } = call;
  return `${service}:${action} ${account} ${principal} ${resource} ${status} ${errorCode}`.toLowerCase();
}

function callRow(call) {
  const result = [call.status === 0 ? "no answer" : String(call.status), call.errorCode].filter(Boolean).join(" ");
  const time = new Date(call.time).toLocaleTimeString([], { hour12: false });
  const who = call.principal.split(":").pop() || "anonymous";
  return element(
    "tr",
    {},
    element("td", { text: time }),
    element("td", { text: `${call.service}:${call.action}` }),
    element("td", { text: call.resource }),
    element("td", { text: call.account === "" ? who : `${who} (${call.account})` }),
    element("td", { text: result, className: failed(call) ? "bad" : "good" }),
  );
}
