import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../../shared/fixtures/events");

/** Real findings, beside the repository. Absent on a contributor's machine, never in CI. */
export const fixturesPresent = existsSync(folder);
export const fixturesRequired = process.env["CI"] === "true";

export interface Fixture {
  readonly file: string;
  readonly bytes: Buffer;
}

export function fixtures(): readonly Fixture[] {
  if (!fixturesPresent) return [];
  const files = readdirSync(folder).filter((file) => file !== "INDEX.md");
  return files.sort().map((file) => ({ file, bytes: readFileSync(join(folder, file)) }));
}
