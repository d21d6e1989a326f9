import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/cli/program.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command through the program, with what it printed. The environment holds only what the test gives it. */
export async function cli(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const before = { env: process.env, out: process.stdout.write, err: process.stderr.write };
  const written = { out: "", err: "" };
  const into = (stream: "out" | "err") => (text: string | Uint8Array) => {
    written[stream] += typeof text === "string" ? text : Buffer.from(text).toString();
    return true;
  };
  process.env = { PATH: before.env["PATH"], ...environment };
  process.stdout.write = into("out") as typeof process.stdout.write;
  process.stderr.write = into("err") as typeof process.stderr.write;
  try {
    const code = await run(["node", "policycortex", ...args]);
    return { code, ...written };
  } finally {
    process.env = before.env;
    process.stdout.write = before.out;
    process.stderr.write = before.err;
  }
}

/** A folder for one test file's data, removed by `remove`. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "policycortex-cli-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
