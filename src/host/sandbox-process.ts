import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { systemClock } from "../core/clock.ts";
import { PolicyError } from "../core/errors.ts";
import { freePort, isAlive } from "../store/embedded/cluster.ts";
import { keptSecret } from "./secret-key.ts";

/** What the sandbox says of itself in its one line. */
export interface SandboxAddresses {
  readonly slack: {
    readonly url: string;
    readonly apiUrl: string;
    readonly botToken: string;
    readonly signingSecret: string;
    readonly teamId: string;
  };
  readonly aws: {
    readonly endpoint: string;
    readonly url: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly accountId: string;
    readonly region: string;
  };
}
export interface RunningSandbox extends SandboxAddresses {
  /** The bearer token of its events: `events+act+read`. */
  readonly token: string;
  stop(): Promise<void>;
}
/** A sandbox that another process runs, as its file in the data folder says. */
export interface FoundSandbox extends SandboxAddresses {
  readonly pid: number;
  /** False when the bot answers a real Slack and only the cloud is for practice (`--sandbox=aws`). */
  readonly slackInUse: boolean;
}

/**
 * Start the local Slack and the local AWS in a process group of their own; it ends when our pipe to it closes, however we end.
 * Ports follow the bot's where they are free. While it runs, `sandbox.json` (0600) says where, for the command line.
 */
export async function startSandbox(dataFolder: string, botPort: number, slackInUse = true): Promise<RunningSandbox> {
  await untilNobodyPractises(dataFolder);
  const data = join(dataFolder, "sandbox");
  const token = await keptSecret(data, "token", () => `pcs_${randomBytes(30).toString("base64url")}`);
  const ports = [await portNear(botPort + 1), await portNear(botPort + 2)];
  const args = [
    "--data",
    data,
    "--port",
    String(ports[0]),
    "--aws-port",
    String(ports[1]),
    "--bot-url",
    `http://127.0.0.1:${botPort}`,
    "--event-token-file",
    join(data, "token"),
  ];
  const child = spawn(process.execPath, [...(await sandboxEntry()), ...args], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
    env: {},
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child
      .once("error", reject)
      .once("exit", (code) => reject(new PolicyError("internal", `the sandbox did not start (exit ${String(code)})`)));
  });
  child.unref();
  const addresses = JSON.parse(line) as SandboxAddresses;
  await writeAddresses(dataFolder, { ...addresses, pid: child.pid!, slackInUse });
  return {
    ...addresses,
    token,
    async stop() {
      // Unreferenced, so that it keeps nobody from ending; now its end is waited for.
      child.ref();
      await new Promise<void>((resolve) => {
        if (child.exitCode === null) child.once("exit", () => resolve());
        else resolve();
        child.stdin.end();
      });
      await removeAddresses(dataFolder, child.pid!);
    },
  };
}

const mostWaitMs = 5_000;

/** Two sandboxes would overwrite each other's state. That of a killed bot ends by itself in a moment; one that stays is in use. */
async function untilNobodyPractises(dataFolder: string): Promise<void> {
  for (let waited = 0; ; waited += 100) {
    const found = await findSandbox(dataFolder);
    if (!found || !(await answers(found.aws.url))) return;
    if (waited >= mostWaitMs)
      throw new PolicyError("data_folder_locked", `${dataFolder} is in use: another policycortex serves from it`, {
        hint: "stop that one first, or set POLICYCORTEX_DATA to another folder",
      });
    await systemClock.sleep(100);
  }
}

/** Whether the sandbox is there, and not another process that was given its pid. */
function answers(url: string): Promise<boolean> {
  return fetch(`${url}/_state`, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

const addressesFile = (dataFolder: string) => join(dataFolder, "sandbox.json");

async function writeAddresses(dataFolder: string, found: FoundSandbox): Promise<void> {
  const file = addressesFile(dataFolder);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, JSON.stringify(found), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** A successor may already have written its own: only ours is removed. */
async function removeAddresses(dataFolder: string, pid: number): Promise<void> {
  const found = await readAddresses(dataFolder);
  if (found?.pid === pid) await rm(addressesFile(dataFolder), { force: true });
}

/** The sandbox of a data folder while it runs, else undefined. It holds the sandbox's secrets: never print it. */
export async function findSandbox(dataFolder: string): Promise<FoundSandbox | undefined> {
  const found = await readAddresses(dataFolder);
  return found !== undefined && isAlive(found.pid) ? found : undefined;
}

/** A file that a crash left damaged is as good as none: the next start writes it anew. */
async function readAddresses(dataFolder: string): Promise<FoundSandbox | undefined> {
  try {
    return JSON.parse(await readFile(addressesFile(dataFolder), "utf8")) as FoundSandbox;
  } catch {
    return undefined;
  }
}

/** The compiled program, or the source through tsx while developing. */
async function sandboxEntry(): Promise<readonly string[]> {
  const compiled = fileURLToPath(new URL("../sandbox/main.js", import.meta.url));
  const built = await access(compiled).then(
    () => true,
    () => false,
  );
  return built
    ? ["--enable-source-maps", compiled]
    : ["--import", "tsx", fileURLToPath(new URL("../sandbox/main.ts", import.meta.url))];
}

async function portNear(wanted: number): Promise<number> {
  return freePort(wanted).catch(() => freePort(0));
}
