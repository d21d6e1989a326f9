import { userInfo } from "node:os";
import { loadConfig, type Config } from "../config.ts";
import { openDatabase } from "../host/database.ts";
import { findSandbox, type FoundSandbox } from "../host/sandbox-process.ts";
import { openStore, type Store } from "../store/client.ts";
import type { DatabaseKind } from "../store/migrate.ts";

/** What a command finds before it touches a database. */
export interface Surroundings {
  readonly config: Config;
  /** A sandbox that runs on this data folder. */
  readonly sandbox?: FoundSandbox;
  /** The database the server uses: `sandbox` without a Slack token or while a sandbox runs, else `live`. */
  readonly kind: DatabaseKind;
}

/** The tenant of the command line: whoever may run it on the server's machine belongs to the installation. */
export const tenantId = "default";

/** The configuration of a command that does not serve, and whether a sandbox is running beside it. */
export async function surroundings(): Promise<Surroundings> {
  const config = loadConfig(process.env, { serving: false });
  const sandbox = await findSandbox(config.dataFolder);
  const kind = config.slack.botToken === undefined || sandbox !== undefined ? "sandbox" : "live";
  return { config, kind, ...(sandbox === undefined ? {} : { sandbox }) };
}

/**
 * Work on the server's database, while a server runs or without one. What was opened is closed, and an embedded
 * PostgreSQL that only this command used is stopped again.
 */
export async function withStore<T>(work: (store: Store, found: Surroundings) => Promise<T>): Promise<T> {
  const found = await surroundings();
  const database = await openDatabase(found.config, found.kind);
  try {
    // A connection that is lost fails the query that used it: there is nothing to add here.
    const store = openStore(database.url, () => undefined);
    return await work(store, found).finally(() => store.close());
  } finally {
    await database.close();
  }
}

/** Who sits at the keyboard, for the audit. */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
