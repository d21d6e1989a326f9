/* Untrusted text on its way to people: resource names, tags, reasons and errors are written by anybody. */

/** Invisible and direction-changing characters, lone surrogates: what makes a text look like another one (A14). */
const invisible = /[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const control = /\p{Cc}/gu;

/** One line that shows what it says. Empty becomes `–`, since Slack refuses empty text. */
export function clean(text: string, max: number): string {
  return cut(strip(text.replace(/[\r\n\t]+/g, " ")), max);
}

/** Like {@link clean}, with its line breaks. */
export function cleanLines(text: string, max: number): string {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  return cut(lines.map((line) => line.replace(invisible, "").replace(control, " ")).join("\n"), max);
}

function strip(text: string): string {
  return text.replace(invisible, "").replace(control, "").trim();
}

/** At most `max` UTF-16 units, never through a character; a cut is marked. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text === "" ? "–" : text;
  let kept = "";
  for (const point of text) {
    if (kept.length + point.length > max - 1) break;
    kept += point;
  }
  return `${kept}…`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** For mrkdwn and the top-level `text`: cleaned, escaped, then cut, so that no entity is cut in half (I3). */
export function escaped(text: string, max: number): string {
  const line = strip(text.replace(/[\r\n\t]+/g, " "));
  let kept = "";
  for (const point of line) {
    const safe = entities[point] ?? point;
    if (kept.length + safe.length > max - 1) return `${kept}…`;
    kept += safe;
  }
  return kept === "" ? "–" : kept;
}

/** JSON values of plans, as one short line. */
export function valueText(value: unknown, max = 200): string {
  if (value === null || value === undefined) return "none";
  return clean(typeof value === "string" ? value : JSON.stringify(value), max);
}

/** The first digits of a digest: enough to compare by eye. */
export function shortDigest(digest: string): string {
  return clean(digest, 64).slice(0, 12);
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
