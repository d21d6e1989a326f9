import { open, readFile } from "node:fs/promises";
import { PolicyError } from "../core/errors.ts";

/** Checkpoints as kept outside the database, where its administrator cannot rewrite them: one JSON line each. */
export interface AnchorReader {
  lines(): Promise<readonly string[]>;
}

export interface Anchor extends AnchorReader {
  /** The newest line; undefined while there is none. */
  last(): Promise<string | undefined>;
  /** Returns when the lines are on disk. */
  append(lines: readonly string[]): Promise<void>;
}

/** Longer than any checkpoint's line. */
const tailBytes = 16_384;

/** An anchor in a file. A line that a crash cut short is dropped by the next append and never read. */
export class FileAnchor implements Anchor {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async lines(): Promise<readonly string[]> {
    const text = await readFile(this.#path, "utf8").catch(emptyIfMissing);
    return text.split("\n").slice(0, -1);
  }

  async last(): Promise<string | undefined> {
    const file = await open(this.#path, "r").catch(() => undefined);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      const from = Math.max(0, size - tailBytes);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
      return buffer.toString("utf8", 0, bytesRead).split("\n").slice(0, -1).at(-1);
    } finally {
      await file.close();
    }
  }

  async append(lines: readonly string[]): Promise<void> {
    const file = await open(this.#path, "a+", 0o600);
    try {
      await dropCutLine(file);
      await file.appendFile(lines.map((line) => `${line}\n`).join(""));
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/**
 * The anchor that the configuration names.
 * @throws PolicyError `bad_config` for a place that is not built yet.
 */
export function createAnchor(place: string): Anchor {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(place))
    throw new PolicyError("bad_config", `POLICYCORTEX_AUDIT_ANCHOR: ${place} is not supported yet`, {
      hint: "give the path of a file, best on a volume that the database's administrator cannot write",
    });
  return new FileAnchor(place);
}

async function dropCutLine(file: Awaited<ReturnType<typeof open>>): Promise<void> {
  const { size } = await file.stat();
  const from = Math.max(0, size - tailBytes);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
  if (end < bytesRead) await file.truncate(from + end);
}

function emptyIfMissing(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
  throw error;
}
