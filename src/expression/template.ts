import { PolicyError } from "../core/errors.ts";
import { isJsonObject, type Json } from "../core/json.ts";
import { lookupPath, parsePath, type Scope } from "./path.ts";
import { typeName } from "./value.ts";

/*
 * Path-only templates (DESIGN 4, 7.5; `reference/reliability.md` 3.2). A template is rendered once; what it puts in is
 * data and is never looked at again, so a resource named `{{ secrets.token }}` stays that text (I2).
 */

interface TemplatePart {
  readonly text: string;
  /** The segments of a path; absent for plain text. */
  readonly path?: readonly string[];
  /** Offset in the template's text. */
  readonly offset: number;
}

/**
 * Splits a text into plain parts and paths.
 * @throws PolicyError `bad_template` for an unclosed `{{`, for anything but a path inside, and for `{%` blocks.
 */
export function templateParts(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  const block = text.indexOf("{%");
  if (block >= 0)
    throw new PolicyError("bad_template", "{% %} blocks are not part of the language", {
      hint: "templates are {{ path }} only",
    });
  let position = 0;
  for (let open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", position)) {
    const close = text.indexOf("}}", open);
    if (close < 0)
      throw new PolicyError("bad_template", "{{ is not closed by }}", { hint: "write {{ violation.resource.name }}" });
    const inner = text.slice(open + 2, close);
    const path = parsePath(inner);
    if (path === undefined)
      throw new PolicyError("bad_template", `{{${inner.slice(0, 60)}}} is not a plain path`, {
        hint: "write {{ violation.resource.name }}; no operators, calls or filters",
      });
    if (open > position) parts.push({ text: text.slice(position, open), offset: position });
    parts.push({ text: inner.trim(), path, offset: open });
    position = close + 2;
  }
  if (position < text.length) parts.push({ text: text.slice(position), offset: position });
  return parts;
}

function valueOf(part: TemplatePart, scope: Scope): Json {
  const value = lookupPath(scope, part.path!);
  if (value === undefined)
    throw new PolicyError("bad_template", `{{ ${part.text} }} names nothing that is known`, { path: part.text });
  return value;
}

function renderText(text: string, scope: Scope): Json {
  if (!text.includes("{{") && !text.includes("{%")) return text;
  const parts = templateParts(text);
  const [only] = parts;
  // A template that is the whole value keeps the type of what it names.
  if (parts.length === 1 && only?.path !== undefined) return valueOf(only, scope);
  return parts.map((part) => (part.path === undefined ? part.text : asText(part, valueOf(part, scope)))).join("");
}

function asText(part: TemplatePart, value: Json): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new PolicyError("bad_template", `{{ ${part.text} }} is ${typeName(value)} and cannot stand inside a text`, {
    path: part.text,
  });
}

/**
 * Fills the templates in a JSON value. A text that is one template keeps the type of what it names; otherwise texts,
 * numbers and truth values are put in as text.
 * @throws PolicyError `bad_template` naming the path when it is unknown, malformed, or a list or dict inside a text.
 */
export function renderTemplate(template: Json, scope: Scope): Json {
  if (typeof template === "string") return renderText(template, scope);
  if (Array.isArray(template)) return template.map((item: Json) => renderTemplate(item, scope));
  if (!isJsonObject(template)) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, renderTemplate(value, scope)]));
}

/**
 * Every path a JSON value's templates name, dotted, in order of appearance, without repetition.
 * @throws PolicyError `bad_template` for a malformed template.
 */
export function templatePaths(template: Json): string[] {
  return [...new Set(collect(template))];
}

function collect(template: Json): string[] {
  if (typeof template === "string")
    return templateParts(template).flatMap((part) => (part.path === undefined ? [] : [part.path.join(".")]));
  if (Array.isArray(template)) return template.flatMap((item: Json) => collect(item));
  return isJsonObject(template) ? Object.values(template).flatMap(collect) : [];
}
