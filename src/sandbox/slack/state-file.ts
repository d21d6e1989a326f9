import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Keeps one JSON value on disk: written soon after a change, replaced atomically, never half. */
interface StateFile<T> {
  /** The stored value, or undefined on the first start. Throws when the file is there but is not JSON. */
  load(): T | undefined;
  /** Asks for a write soon; many calls in a row become one write. */
  touch(): void;
  /** Writes now, waiting or not. */
  flush(): void;
}

const SOON_MS = 100;

/** State at `path` (0600, since it holds the tokens); `read` gives the value to write. Unset path: nothing is kept. */
export function stateFile<T>(path: string | undefined, read: () => T): StateFile<T> {
  let timer: NodeJS.Timeout | undefined;
  let lastWriteMs = 0;

  const write = () => {
    timer = undefined;
    if (path === undefined) return;
    const started = performance.now();
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(read()), { mode: 0o600 });
    renameSync(temporary, path);
    lastWriteMs = performance.now() - started;
  };

  return {
    load: () => (path === undefined ? undefined : (parse(path) as T | undefined)),
    touch() {
      // A large state takes long to write: wait in proportion, so that writing never takes more than a tenth of the time.
      timer ??= path === undefined ? undefined : setTimeout(write, Math.max(SOON_MS, lastWriteMs * 10));
    },
    flush() {
      clearTimeout(timer);
      write();
    },
  };
}

function parse(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not the sandbox's state (not JSON); delete it to start a new workspace`);
  }
}
