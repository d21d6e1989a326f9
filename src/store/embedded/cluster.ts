import { spawn } from "node:child_process";
import { access, chown, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { systemClock } from "../../core/clock.ts";
import { PolicyError } from "../../core/errors.ts";
import type { Installation } from "./binaries.ts";

export const ownerRole = "policycortex_owner";

/** Make the data directory once: `initdb` with a password, C.UTF-8, and a marker that says it was finished. */
export async function initialise(installation: Installation, password: string): Promise<void> {
  const { dataDirectory } = installation;
  const finished = join(dataDirectory, "policycortex.initialised");
  if (await exists(finished)) return;
  if (await exists(join(dataDirectory, "PG_VERSION"))) {
    throw new PolicyError("data_folder_broken", `${dataDirectory} is half made: its first start was interrupted`, {
      hint: "remove that folder and start again",
    });
  }
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const passwordFile = `${dataDirectory}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (installation.user) {
    await chown(dataDirectory, installation.user.uid, installation.user.gid);
    await chown(passwordFile, installation.user.uid, installation.user.gid);
  }
  const settings = [
    "-D",
    dataDirectory,
    "-U",
    ownerRole,
    "-A",
    "scram-sha-256",
    `--pwfile=${passwordFile}`,
    "-E",
    "UTF8",
    "--locale=C",
  ];
  await runToEnd(installation, "initdb", [...settings, "--no-instructions"]).finally(() =>
    rm(passwordFile, { force: true }),
  );
  await writeFile(finished, "");
}

async function runToEnd(installation: Installation, program: string, args: readonly string[]): Promise<void> {
  const child = spawn(join(installation.bin, program), args, {
    ...installation.user,
    stdio: ["ignore", "pipe", "pipe"],
    cwd: "/",
    env: serverEnvironment(),
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  if (code !== 0)
    throw new PolicyError("store_unavailable", `${program} failed: ${output.trim().split("\n").slice(-3).join(" ")}`);
}

/** Nothing of our environment belongs to the server: secrets stay here, PG* variables would bend it. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}

/** Start `postgres` in a process group of its own, so that Ctrl-C reaches us and not it; resolves to its pid. */
export async function launch(
  installation: Installation,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<number> {
  const { dataDirectory } = installation;
  const all = { port: String(port), listen_addresses: "127.0.0.1", unix_socket_directories: "", ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = await open(`${dataDirectory}.log`, "a", 0o600);
  try {
    const child = spawn(join(installation.bin, "postgres"), ["-D", dataDirectory, ...args], {
      ...installation.user,
      cwd: "/",
      env: serverEnvironment(),
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    const failed = new Promise<never>((_, reject) =>
      child.once("error", reject).once("exit", (code) => reject(new Error(`exit ${String(code)}`))),
    );
    await Promise.race([untilReady(dataDirectory), failed]).catch(async (cause: unknown) => {
      const last = (await readFile(`${dataDirectory}.log`, "utf8")).trim().split("\n").slice(-2).join(" ");
      const locked = last.includes("lock file") || last.includes("shared memory block");
      throw new PolicyError(
        locked ? "data_folder_locked" : "store_unavailable",
        `the embedded PostgreSQL did not start: ${last}`,
        {
          hint: locked ? "another process uses this data folder" : `see ${dataDirectory}.log`,
          cause,
        },
      );
    });
    child.removeAllListeners("exit");
    child.unref();
    return child.pid!;
  } finally {
    await log.close();
  }
}

/** PostgreSQL writes `ready` into line 8 of postmaster.pid when it takes connections. */
async function untilReady(dataDirectory: string): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 20) {
    const lines = await readFile(join(dataDirectory, "postmaster.pid"), "utf8").then(
      (text) => text.split("\n"),
      () => [],
    );
    if (lines[7]?.trim() === "ready") return;
    await systemClock.sleep(20);
  }
  throw new Error("not ready after 30 s");
}

/** Fast shutdown (SIGINT): open transactions are aborted, everything committed is on disk. */
export async function shutDown(pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < 20_000 && isAlive(pid); waited += 20) await systemClock.sleep(20);
  if (isAlive(pid)) process.kill(pid, "SIGQUIT");
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A port nobody uses right now: the wanted one, or any for 0; rejects when the wanted one is taken. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
