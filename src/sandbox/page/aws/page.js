import { accountView } from "./accounts.js";
import { drawCalls } from "./calls.js";
import { drawSwitches } from "./switches.js";

/** Shows the stand-in's state, its calls and its switches, once a second. */

const EVERY_MS = 1000;
const shown = new Map();

/** Fetches one part and draws it only when it changed, so that a selection or a scroll position survives. */
async function refresh(path, draw) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const text = await response.text();
  if (shown.get(path) === text) return;
  draw(JSON.parse(text));
  shown.set(path, text);
}

function drawState(state) {
  document.querySelector("#accounts").replaceChildren(...state.accounts.map(accountView));
}

function setStatus(text) {
  const status = document.querySelector("#status");
  if (status.textContent !== text) status.textContent = text;
}

for (;;) {
  try {
    const parts = [refresh("/_state", drawState), refresh("/_calls", drawCalls), refresh("/_switches", drawSwitches)];
    await Promise.all(parts);
    setStatus("Live");
  } catch {
    setStatus("Not reachable, trying again…");
  }
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
