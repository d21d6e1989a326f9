import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { OldData } from "./migrate.ts";
import { migrate } from "./migrate.ts";
import type { AwsData } from "./model.ts";

const SAVE_AFTER_MS = 50;

/** Reads a state file; undefined when there is none. Anything unreadable is one clear error, never a silent fresh start. */
export function loadState(file: string): AwsData | undefined {
  if (!existsSync(file)) return undefined;
  const text = readWhole(file);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unusable(file, "it is not JSON");
  }
  if (isState(parsed, 2, [...LISTS, "groups", "policies", "secrets"])) return parsed as AwsData;
  if (isState(parsed, 1, LISTS)) return migrate(parsed as OldData, new Date());
  throw unusable(file, "it is not a version 1 or 2 state");
}

function readWhole(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unusable(file, String(error));
  }
}

function unusable(file: string, reason: string): Error {
  return new Error(`sandbox AWS: cannot use the state file ${resolve(file)}: ${reason}. Move it away to start afresh.`);
}

const LISTS = ["users", "keys", "roles", "sessions"];

/** Whether a value has the shape of a state: accounts with those lists, one of them the default account. */
function isState(value: unknown, version: number, lists: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  const data = value as Partial<Record<keyof AwsData, unknown>>;
  const accounts: readonly unknown[] = Array.isArray(data.accounts) ? data.accounts : [];
  return (
    data.version === version &&
    typeof data.region === "string" &&
    accounts.every((account) => isAccount(account, lists)) &&
    accounts.some((account) => (account as { id: unknown }).id === data.defaultAccountId)
  );
}

function isAccount(value: unknown, lists: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  const account = value as Record<string, unknown>;
  const s3 = account["s3"] as { buckets?: unknown } | undefined;
  const held = lists.map((name) => account[name]);
  return typeof account["id"] === "string" && [...held, s3?.buckets].every((list) => Array.isArray(list));
}

/** Saves a state a moment after it changed; every write replaces the file whole, so that a crash leaves the old or the new one. */
export class StateFile {
  readonly #file: string;
  readonly #read: () => AwsData;
  #timer: NodeJS.Timeout | undefined;
  #saved = "";

  constructor(file: string, read: () => AwsData) {
    this.#file = file;
    this.#read = read;
  }

  /** Asks for a save soon; several changes share one write. */
  schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      try {
        this.save();
      } catch (error) {
        // A full disk must not end the process; stop() saves again and reports it to the caller.
        console.error(`sandbox AWS: could not save ${this.#file}: ${String(error)}`);
      }
    }, SAVE_AFTER_MS);
  }

  /** Writes now, if anything changed since the last write. */
  save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = `${JSON.stringify(this.#read(), null, 2)}\n`;
    if (text === this.#saved) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    const temporary = `${this.#file}.${String(process.pid)}.tmp`;
    // The file holds the sandbox's keys: for the owner only, like any credentials file.
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, this.#file);
    this.#saved = text;
  }
}
