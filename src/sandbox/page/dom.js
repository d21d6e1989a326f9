/** Building the page: data only ever becomes text nodes and attributes, never markup. */

/** An element with properties (`class`, `data`, `on…`, attributes) and children (nodes, text, arrays, or nothing). */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProperty(element, name, value);
  append(element, children);
  return element;
}

function setProperty(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "class") element.className = value;
  else if (name === "data") for (const [key, entry] of Object.entries(value)) element.dataset[key] = String(entry);
  else if (name.startsWith("on")) element.addEventListener(name.slice(2).toLowerCase(), value);
  else if (value === true) element.setAttribute(name, "");
  else element.setAttribute(name, String(value));
}

/** Adds children in order; false, null and undefined are skipped. */
function append(parent, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return parent;
}

/** The element with this id, which the page is known to have. */
export function byId(id) {
  return document.getElementById(id);
}

/** A link, or plain text when the address is not one a browser should follow. */
export function link(address, label) {
  const safe = /^(https?:|mailto:)/i.test(address);
  if (!safe) return h("span", {}, label);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** A short message at the edge of the page, also read aloud. */
export function toast(text, kind = "info") {
  const note = h("p", { class: `toast ${kind}` }, text);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), kind === "info" ? 4000 : 9000);
}
