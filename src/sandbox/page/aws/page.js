/** Shows the stand-in's state and its calls, once a second. All data become text nodes: names and policies are untrusted. */

const EVERY_MS = 1000;
const shown = new Map();

function element(name, { className, text } = {}, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function field(name, value, className) {
  return [element("dt", { text: name }), element("dd", { text: value, className })];
}

function flagRows(block) {
  const names = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
  if (block === null) return field("Public access block", "not set", "bad");
  return names.flatMap((name) => field(name, block[name] ? "on" : "off", block[name] ? "good" : "bad"));
}

function grantText(account, { grantee, permission }) {
  const holder = grantee.id === account.canonicalId ? "the owner" : (grantee.uri ?? grantee.id).split("/").pop();
  return `${permission} to ${holder}`;
}

/** Reachable by keyboard, because a long policy scrolls. */
function policyText(bucket) {
  const made = element("pre", { text: bucket.policy });
  made.tabIndex = 0;
  made.setAttribute("role", "region");
  made.setAttribute("aria-label", `Policy of ${bucket.name}`);
  return made;
}

function bucketCard(account, bucket) {
  const badge = bucket.public ? `Public by ${bucket.reasons.join(" and ")}` : "Not public";
  const tags = bucket.tags.map((tag) => `${tag.Key}=${tag.Value}`).join("\n");
  return element(
    "article",
    {},
    element(
      "div",
      { className: "head" },
      element("h3", { text: bucket.name }),
      element("span", { className: `badge ${bucket.public ? "bad" : "good"}`, text: badge }),
    ),
    element("p", { className: "soft", text: `${account.id} · ${bucket.region}` }),
    element("dl", {}, ...flagRows(bucket.publicAccessBlock)),
    element(
      "dl",
      {},
      ...field("ACL", bucket.acl.map((grant) => grantText(account, grant)).join(", ")),
      ...field("Ownership", bucket.ownership ?? "not set"),
      ...field("Tags", tags || "none"),
      ...field("Objects", bucket.objects.join(", ") || "none"),
    ),
    element("p", { className: "soft", text: bucket.policy === null ? "No bucket policy" : "Bucket policy" }),
    ...(bucket.policy === null ? [] : [policyText(bucket)]),
  );
}

function callRow(call) {
  const result = [call.status === 0 ? "no answer" : String(call.status), call.errorCode].filter(Boolean).join(" ");
  const failed = call.status === 0 || call.status >= 400;
  const time = new Date(call.time).toLocaleTimeString([], { hour12: false });
  return element(
    "tr",
    {},
    element("td", { text: time }),
    element("td", { text: `${call.service}:${call.action}` }),
    element("td", { text: call.resource }),
    element("td", { text: result, className: failed ? "bad" : "good" }),
  );
}

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
  const cards = state.accounts.flatMap((account) => account.buckets.map((bucket) => bucketCard(account, bucket)));
  document.querySelector("#buckets").replaceChildren(...cards);
}

function drawCalls(calls) {
  document.querySelector("#no-calls").hidden = calls.length > 0;
  document.querySelector(".scroll").hidden = calls.length === 0;
  document.querySelector("#calls").replaceChildren(...calls.map(callRow));
}

function setStatus(text) {
  const status = document.querySelector("#status");
  if (status.textContent !== text) status.textContent = text;
}

for (;;) {
  try {
    await Promise.all([refresh("/_state", drawState), refresh("/_calls", drawCalls)]);
    setStatus("Live");
  } catch {
    setStatus("Not reachable, trying again…");
  }
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
