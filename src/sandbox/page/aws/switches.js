import { element, post } from "./dom.js";

/** The switches as a form: one line for each rule, as text. A form being typed in is never drawn over. */

const form = document.querySelector("#switches");
const seeds = document.querySelector("#seeds");
const message = document.querySelector("#switch-message");
const SERVICES = ["s3", "s3control", "iam", "sts", "secretsmanager"];

export function drawSwitches(settings) {
  if (seeds.childElementCount === 0) seeds.append(...settings.seeds.map(seedButton));
  if (form.contains(document.activeElement)) return;
  form.latencyMs.value = settings.latencyMs;
  form.latency.value = lines(Object.entries(settings.latency).map(([service, ms]) => `${service} ${ms}`));
  form.lag.value = lines(
    Object.entries(settings.lag).map(([service, { ms, reads }]) =>
      reads === undefined ? `${service} ${ms ?? 0} ms` : `${service} ${reads} reads`,
    ),
  );
  form.denials.value = lines(
    settings.denials.map(({ action, principal = "*", account = "*" }) => `${action} ${principal} ${account}`),
  );
  form.rates.value = lines(
    settings.rates.map(({ service, perSecond, burst, account = "*" }) =>
      [service, perSecond, burst ?? "", account].join(" ").replace(/ +/g, " "),
    ),
  );
}

function lines(rows) {
  return rows.join("\n");
}

/** The words of every line that is not empty. */
function rows(name) {
  const all = form[name].value.split("\n").map((line) => line.trim());
  return all.filter((line) => line !== "").map((line) => line.split(/\s+/));
}

function service(name) {
  if (SERVICES.includes(name)) return name;
  throw new Error(`${name} is none of ${SERVICES.join(", ")}`);
}

function readForm() {
  const lag = rows("lag").map(([name, count, unit]) => [
    service(name),
    { [unit === "reads" ? "reads" : "ms"]: Number(count) },
  ]);
  return {
    latencyMs: Number(form.latencyMs.value),
    latency: Object.fromEntries(rows("latency").map(([name, ms]) => [service(name), Number(ms)])),
    lag: Object.fromEntries(lag),
    denials: rows("denials").map(([action, principal = "*", account = "*"]) => ({ action, principal, account })),
    rates: rows("rates").map(readRate),
  };
}

/** `service perSecond [burst] [account]`: an account has 12 digits. */
function readRate([name, perSecond, ...rest]) {
  const account = rest.find((word) => word === "*" || /^\d{12}$/.test(word)) ?? "*";
  const burst = rest.find((word) => word !== account);
  return {
    service: service(name),
    perSecond: Number(perSecond),
    account,
    ...(burst === undefined ? {} : { burst: Number(burst) }),
  };
}

async function say(doing, done) {
  try {
    await doing();
    message.textContent = done;
    message.className = "good";
  } catch (error) {
    message.textContent = error.message;
    message.className = "bad";
  }
}

function seedButton(name) {
  const made = element("button", { text: name });
  made.type = "button";
  made.addEventListener("click", () => say(() => post("/_seed", { name }), `Made ${name}.`));
  return made;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void say(() => post("/_switches", readForm()), "Switches set.");
});

document.querySelector("#all-off").addEventListener("click", () => {
  const off = { latencyMs: 0, latency: {}, lag: {}, denials: [], rates: [] };
  void say(() => post("/_switches", off), "Everything is off.");
});
