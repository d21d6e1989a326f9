import { Option } from "commander";

/** Standard output is a command's answer and nothing else; everything said beside it goes to standard error. */
export function print(text: string): void {
  process.stdout.write(lines(text));
}

/** One JSON value. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function say(text: string): void {
  process.stderr.write(lines(text));
}

/** Whole lines in which nothing steers the terminal: names of resources come from whoever sends events. */
function lines(text: string): string {
  const harmless = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
  return harmless === "" || harmless.endsWith("\n") ? harmless : `${harmless}\n`;
}

/** `1 problem`, `2 problems`. */
export function counted(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? "" : "s"}`;
}

export type Format = "text" | "json";

/** `--format text|json`. */
export function formatOption(): Option {
  return new Option("--format <format>", "how the answer is written").choices(["text", "json"]).default("text");
}

/** Columns as wide as their widest cell; the last one is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, index) => Math.max(cell.length, all[index] ?? 0)),
    [],
  );
  return rows.map((row) => row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index]!))).join("  ").trimEnd()).join("\n"); // prettier-ignore
}

/** `2026-11-21 10:00:00Z`: ISO 8601 without what nobody reads. */
export function shortTime(iso: string): string {
  return iso.replace("T", " ").replace(/\.\d+Z$/, "Z");
}

/** `5 min`, `1 h 30 min`, `45 s`. @param milliseconds rounded to whole seconds. */
export function shortDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor((seconds % 86_400) / 3_600), "h"],
    [Math.floor((seconds % 3_600) / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  const said = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  return said.length === 0 ? "0 s" : said.join(" ");
}
