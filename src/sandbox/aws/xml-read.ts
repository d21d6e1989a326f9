/** One element of a parsed document; attributes and namespace prefixes are dropped, no request body needs them. */
export interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

const DEEPEST = 32;
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;

/** Parses a small XML body, or returns null when it is not well formed. No DTD: entities cannot be declared. */
export function parseXml(source: string): XmlElement | null {
  const top: XmlElement = { name: "", children: [], text: "" };
  const open: XmlElement[] = [top];
  const text = source.replace(/^\uFEFF/, "");
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    if (token === null || !take(token, open)) return null;
  }
  const root = top.children[0];
  return open.length === 1 && top.children.length === 1 && top.text.trim() === "" && root !== undefined ? root : null;
}

/** Applies one token to the stack of open elements; false when the document is broken there. */
function take(token: RegExpExecArray, open: XmlElement[]): boolean {
  const current = open.at(-1);
  if (current === undefined) return false;
  const [, cdata, slash, qualified, , selfClosing, text] = token;
  if (qualified === undefined) {
    const decoded = cdata ?? (text === undefined ? "" : decodeEntities(text));
    if (decoded === null) return false;
    current.text += decoded;
    return true;
  }
  const name = qualified.slice(qualified.indexOf(":") + 1);
  if (slash === "/") {
    return open.length > 1 && open.pop()?.name === name;
  }
  const child: XmlElement = { name, children: [], text: "" };
  current.children.push(child);
  if (selfClosing !== "/") open.push(child);
  return open.length <= DEEPEST;
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** The text with its entities resolved; null when one is unknown or an ampersand stands bare. */
function decodeEntities(text: string): string | null {
  const [first = "", ...rest] = text.split("&");
  let decoded = first;
  for (const part of rest) {
    const end = part.indexOf(";");
    const entity = part.slice(0, Math.max(end, 0));
    const character = NAMED.get(entity) ?? numbered(entity);
    if (character === undefined) return null;
    decoded += character + part.slice(end + 1);
  }
  return decoded;
}

function numbered(entity: string): string | undefined {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(entity);
  if (match === null) return undefined;
  const point = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}

/** The children of one name. */
export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of the first child of that name, or undefined. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
