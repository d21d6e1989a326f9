import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, isAlive } from "../../src/store/embedded/cluster.ts";
import { eventually } from "./eventually.ts";

const root = join(import.meta.dirname, "../..");

/** One `policycortex serve`, as a user starts it. */
export interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly data: string;
  out(): string;
  err(): string;
  /** Resolves when the ready lines are out; rejects when the process ends instead. */
  ready(): Promise<void>;
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  ended(): Promise<number | null>;
}

interface ServeOptions {
  readonly data: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** Start the product as a process of its own. Of our environment it gets only what a shell has. */
export async function serve({ data, port, environment = {}, args = ["serve"] }: ServeOptions): Promise<Served> {
  const listening = port ?? (await freePort());
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, ["bin/policycortex.mjs", ...args], {
    cwd: root,
    env: { PATH, HOME, POLICYCORTEX_DATA: data, PORT: String(listening), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return {
    child,
    url: `http://127.0.0.1:${listening}`,
    data,
    out: () => out,
    err: () => err,
    ready: async () => {
      await Promise.race([
        eventually(() => /policycortex is ready/.test(out), 60_000, "the ready lines"),
        ended.then((code) => Promise.reject(new Error(`serve ended with ${String(code)}: ${err}`))),
      ]);
    },
    end: async (signal = "SIGINT") => {
      child.kill(signal);
      return ended;
    },
    ended: () => ended,
  };
}

/** The token, addresses and processes of a data folder, as its files say. */
export async function standing(data: string) {
  const read = async (name: string) => JSON.parse(await readFile(join(data, name), "utf8")) as Record<string, unknown>;
  const postgres = (await read("postgres.json")) as { pid: number; port: number; password: string };
  const sandbox = (await read("sandbox.json")) as { pid: number; aws: { url: string }; slack: { url: string } };
  const token = (await readFile(join(data, "sandbox/token"), "utf8")).trim();
  return { postgres, sandbox, token };
}

/** A data folder, and its end: what still runs in it is stopped, and everything it left is removed. */
export async function dataFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "policycortex-e2e-"));
  return { path, remove: () => removeData(path) };
}

async function removeData(path: string): Promise<void> {
  const pointer = await readFile(join(path, "postgres.json"), "utf8").then(
    (text) => parsed(text),
    (): { pid?: number; home?: string } => ({}),
  );
  const { pid = 0, home } = pointer;
  if (pid > 0 && isAlive(pid)) {
    process.kill(pid, "SIGINT");
    await eventually(() => !isAlive(pid), 20_000, "the end of PostgreSQL");
  }
  await rm(path, { recursive: true, force: true });
  // As root the data lies where PostgreSQL's own user can reach it.
  if (home !== undefined && /^[0-9a-f]{16}$/.test(home))
    await rm(join("/var/lib/policycortex", home), { recursive: true, force: true });
}

/** A test may have damaged the file on purpose. */
function parsed(text: string): { pid?: number; home?: string } {
  try {
    return JSON.parse(text) as { pid?: number; home?: string };
  } catch {
    return {};
  }
}
