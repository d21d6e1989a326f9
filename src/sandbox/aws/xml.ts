/**
 * XML for the AWS protocols. Writing: an object's keys are elements, a list repeats its element, a key that starts with
 * `@` is an attribute and `#text` is the element's own text. Reading: `parseXml` in `xml-read.ts`.
 */
export type XmlValue =
  string | number | boolean | undefined | readonly XmlValue[] | { readonly [name: string]: XmlValue };

/** One document: the declaration and a root element. */
export function xmlDocument(root: string, value: XmlValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, value)}`;
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (isList(value)) return value.map((item) => element(name, item)).join("");
  if (typeof value !== "object") return `<${name}>${escapeXml(String(value))}</${name}>`;
  const entries = Object.entries(value);
  const attributes = entries
    .filter(([key]) => key.startsWith("@"))
    .map(([key, item]) => ` ${key.slice(1)}="${escapeXml(scalar(item))}"`)
    .join("");
  const children = entries
    .filter(([key]) => !key.startsWith("@"))
    .map(([key, item]) => (key === "#text" ? escapeXml(scalar(item)) : element(key, item)))
    .join("");
  return `<${name}${attributes}>${children}</${name}>`;
}

/** An attribute or `#text` is a plain value. */
function scalar(value: XmlValue): string {
  return typeof value === "object" ? "" : String(value);
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
  // A parser would fold a bare carriage return into a newline.
  ["\r", "&#13;"],
]);

/** Escapes text for an element or an attribute; characters XML 1.0 cannot carry become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[&<>"'\r]/g, (character) => ENTITIES.get(character) ?? character)
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}
