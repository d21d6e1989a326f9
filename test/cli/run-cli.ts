import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { run } from "../../src/cli/program.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command through the program, with what it printed. The environment holds only what the test gives it. */
export async function cli(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const before = process.env;
  const written = { out: "", err: "" };
  const capture = (stream: NodeJS.WriteStream, into: "out" | "err") =>
    jest.spyOn(stream, "write").mockImplementation((text) => {
      written[into] += typeof text === "string" ? text : Buffer.from(text).toString();
      return true;
    });
  const spies = [capture(process.stdout, "out"), capture(process.stderr, "err")];
  process.env = { PATH: before["PATH"], ...environment };
  try {
    const code = await run(["node", "policycortex", ...args]);
    return { code, ...written };
  } finally {
    process.env = before;
    for (const spy of spies) spy.mockRestore();
  }
}

/** A folder for one test file's data, removed by `remove`. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "policycortex-cli-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
