import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pg from "pg";
import { systemClock } from "../../core/clock.ts";
import { PolicyError } from "../../core/errors.ts";
import { prepareInstallation } from "./binaries.ts";
import { freePort, initialise, isAlive, launch, ownerRole, shutDown } from "./cluster.ts";

/** The PostgreSQL that comes with the packages, running. URLs are made per database. */
export interface EmbeddedPostgres {
  readonly pid: number;
  readonly adopted: boolean;
  /** As the owner of the tables. */
  ownerUrl(database: string): string;
  /** As the role that serves: it can read and insert audit, not change it. */
  servingUrl(database: string): string;
  /** Stops the server unless another process still uses it: the last one out turns off the light. */
  stop(options?: { readonly evenIfUsed?: boolean }): Promise<void>;
}

interface Pointer {
  /** Names the folder outside the data folder that root needs. */
  readonly home: string;
  readonly pid: number;
  readonly port: number;
  readonly password: string;
}

export const servingRole = "policycortex_app";

/**
 * Start or adopt the PostgreSQL of a data folder. `postgres.json` (0600) holds pid, port and password, so that the
 * next start and every command find what is alive and never start twice.
 * @throws PolicyError `data_folder_broken`, `data_folder_locked`, `store_unavailable`, each one clear line.
 */
export async function startEmbedded(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedPostgres> {
  const dataFolder = resolve(folder);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new PolicyError("data_folder_broken", `${dataFolder} cannot be made`, {
      cause,
      hint: "set POLICYCORTEX_DATA to a folder you can write",
    });
  });
  const release = await lockFolder(dataFolder);
  try {
    const pointer = await readPointer(dataFolder);
    if (pointer && isAlive(pointer.pid) && (await answers(pointer))) return running(dataFolder, pointer, true);
    const home = pointer?.home ?? randomBytes(8).toString("hex");
    const installation = await prepareInstallation(dataFolder, home);
    const password = pointer?.password ?? randomBytes(24).toString("base64url");
    // The password is kept before initdb uses it: an interrupted first start must not lose it.
    await writePointer(dataFolder, { home, pid: 0, port: 0, password });
    await initialise(installation, password);
    const port = await freePort();
    const pid = await launch(installation, port, { max_connections: "200", ...settings });
    const started = { home, pid, port, password };
    await writePointer(dataFolder, started);
    return running(dataFolder, started, false);
  } finally {
    await release();
  }
}

/** The PostgreSQL of a data folder when it is alive, else undefined: for commands that must not start one. */
export async function findEmbedded(folder: string): Promise<EmbeddedPostgres | undefined> {
  const pointer = await readPointer(resolve(folder));
  if (!pointer || !isAlive(pointer.pid) || !(await answers(pointer))) return undefined;
  return running(resolve(folder), pointer, true);
}

function running(dataFolder: string, pointer: Pointer, adopted: boolean): EmbeddedPostgres {
  const url = (role: string, database: string) =>
    `postgresql://${role}:${pointer.password}@127.0.0.1:${pointer.port}/${database}`;
  return {
    pid: pointer.pid,
    adopted,
    ownerUrl: (database) => url(ownerRole, database),
    servingUrl: (database) => url(servingRole, database),
    async stop(options = {}) {
      if (!options.evenIfUsed && (await stayConnected(url(ownerRole, "postgres")))) return;
      await shutDown(pointer.pid);
      await writePointer(dataFolder, { ...pointer, pid: 0, port: 0 });
    },
  };
}

/** Our own connections may still be closing: only who is there for longer than that counts as somebody else. */
async function stayConnected(adminUrl: string): Promise<boolean> {
  for (let waited = 0; waited < 1_500; waited += 100) {
    if (!(await othersConnected(adminUrl))) return false;
    await systemClock.sleep(100);
  }
  return true;
}

async function othersConnected(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    );
    return (rows[0]?.n ?? 0) > 0;
  } catch {
    return false; // It does not answer: nobody can be using it.
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function answers(pointer: Pointer): Promise<boolean> {
  const client = new pg.Client({
    connectionString: `postgresql://${ownerRole}:${pointer.password}@127.0.0.1:${pointer.port}/postgres`,
    connectionTimeoutMillis: 2_000,
  });
  return client
    .connect()
    .then(
      () => true,
      () => false,
    )
    .finally(() => client.end().catch(() => undefined));
}

async function readPointer(dataFolder: string): Promise<Pointer | undefined> {
  const file = join(dataFolder, "postgres.json");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new PolicyError("data_folder_broken", `${file} cannot be read: ${error.message}`, { cause: error });
  });
  if (text === undefined) return undefined;
  try {
    const { home, pid, port, password } = JSON.parse(text) as Partial<Pointer>;
    if (typeof pid === "number" && typeof port === "number" && typeof password === "string" && isHome(home))
      return { home, pid, port, password };
  } catch {
    // Falls through to the one clear line below.
  }
  throw new PolicyError("data_folder_broken", `${file} is damaged`, {
    hint: `move ${dataFolder} away to start fresh; your data lies beside it`,
  });
}

function isHome(home: unknown): home is string {
  return typeof home === "string" && /^[0-9a-f]{16}$/.test(home);
}

async function writePointer(dataFolder: string, pointer: Pointer): Promise<void> {
  const file = join(dataFolder, "postgres.json");
  await writeFile(`${file}.new`, JSON.stringify(pointer), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** One starter at a time: a folder of a fixed name, stale when its maker is dead. */
async function lockFolder(dataFolder: string): Promise<() => Promise<void>> {
  const lock = join(dataFolder, "starting.lock");
  for (let waited = 0; waited < 30_000; waited += 100) {
    const made = await writeFile(lock, String(process.pid), { flag: "wx", mode: 0o600 }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") return false;
        throw new PolicyError("data_folder_locked", `${dataFolder} cannot be written: ${error.message}`, {
          cause: error,
        });
      },
    );
    if (made) return () => rm(lock, { force: true });
    const holder = Number(await readFile(lock, "utf8").catch(() => "0"));
    if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true });
    else await systemClock.sleep(100);
  }
  throw new PolicyError("data_folder_locked", `${dataFolder} is being started by another process`, {
    hint: `wait, or remove ${lock} when no process does`,
  });
}
