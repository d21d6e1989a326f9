/** Small builders. All data become text nodes: names, policies and errors are untrusted. */

export function element(name, { className, text } = {}, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

export function field(name, value, className) {
  return [element("dt", { text: name }), element("dd", { text: value, className })];
}

/** A long text that scrolls; reachable by keyboard. */
export function longText(text, label) {
  const made = element("pre", { text });
  made.tabIndex = 0;
  made.setAttribute("role", "region");
  made.setAttribute("aria-label", label);
  return made;
}

export function card(title, badge, bad, ...children) {
  const head = element("div", { className: "head" }, element("h4", { text: title }));
  if (badge) head.append(element("span", { className: `badge ${bad ? "bad" : "good"}`, text: badge }));
  return element("article", {}, head, ...children);
}

export function section(title, cards) {
  const body =
    cards.length === 0
      ? element("p", { className: "soft", text: "None" })
      : element("div", { className: "cards" }, ...cards);
  return element("section", {}, element("h3", { text: `${title} (${cards.length})` }), body);
}

export async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error((await response.text()).trim());
}
