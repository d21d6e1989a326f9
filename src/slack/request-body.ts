import { isJsonObject } from "../core/json.ts";

/** Slack's own payloads nest about 15 deep and stay far below this. */
const maxDepth = 64;
export const maxBodyBytes = 1_024 * 1_024;

export type Payload = Readonly<Record<string, unknown>>;
export type ReadBody =
  { readonly status: 200; readonly payload: Payload } | { readonly status: 400 | 413 | 415; readonly reason: string };

/** The payload inside a request, or the status it is refused with (S9). Call it only for bytes whose signature holds. */
export function readBody(rawBody: Buffer, contentType: string | undefined): ReadBody {
  if (rawBody.length > maxBodyBytes) return { status: 413, reason: "the body is over 1 MB" };
  const text = rawBody.toString("utf8");
  // Parameters such as `; charset=utf-8` are legal, whatever Bolt thinks.
  switch (contentType?.split(";")[0]?.trim().toLowerCase()) {
    case "application/json":
      return readJson(text);
    case "application/x-www-form-urlencoded":
      return readForm(text);
    default:
      return { status: 415, reason: "expected application/json or application/x-www-form-urlencoded" };
  }
}

/** Slack's certificate check is not signed; it is answered and never looked into. */
export function isCertificateCheck(rawBody: Buffer): boolean {
  return rawBody.length < 1_000 && /(?:^|&)ssl_check=1(?:&|$)/.test(rawBody.toString("latin1"));
}

function readForm(text: string): ReadBody {
  const form = new URLSearchParams(text);
  const names = [...form.keys()];
  if (new Set(names).size < names.length) return { status: 400, reason: "a form field is there twice" };
  const payload = form.get("payload");
  if (payload !== null) return readJson(payload);
  if (!form.has("command")) return { status: 400, reason: "neither payload nor command" };
  return { status: 200, payload: Object.fromEntries(form) };
}

function readJson(text: string): ReadBody {
  if (depthOf(text) > maxDepth) return { status: 400, reason: `nested deeper than ${maxDepth}` };
  try {
    const payload: unknown = JSON.parse(text);
    if (isJsonObject(payload)) return { status: 200, payload };
  } catch {
    // The answer below says all there is to say; the body may hold anything and is not repeated.
  }
  return { status: 400, reason: "not a JSON object" };
}

/** The deepest bracket of a JSON text, without building anything. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}
