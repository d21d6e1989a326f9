import type { Config } from "../config.ts";
import { servingRole, startEmbedded, type EmbeddedPostgres } from "../store/embedded/embedded.ts";
import { makeEmbeddedDatabase } from "../store/embedded/make-database.ts";
import { migrate, type DatabaseKind } from "../store/migrate.ts";

/** A database that is up, migrated and marked. */
export interface OpenDatabase {
  /** As the role that serves. */
  readonly url: string;
  readonly embedded?: EmbeddedPostgres;
  /** Names of the migrations that this opening applied. */
  readonly migrated: readonly string[];
  /** Stops the embedded server when nobody else uses it; nothing else. */
  close(): Promise<void>;
}

/**
 * The configured database, or the embedded one of the data folder: started or adopted, migrated, marked as `sandbox` or
 * `live`. Embedded keeps one database of each kind.
 * @throws PolicyError, each one clear line.
 */
export async function openDatabase(config: Config, kind: DatabaseKind): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined) {
    const owner = config.migrationUrl ?? config.databaseUrl;
    const role =
      config.migrationUrl === undefined ? undefined : decodeURIComponent(new URL(config.databaseUrl).username);
    const migrated = await migrate(owner, kind, role);
    return { url: config.databaseUrl, migrated, close: async () => undefined };
  }
  const embedded = await startEmbedded(config.dataFolder);
  try {
    await makeEmbeddedDatabase(embedded, kind);
    const migrated = await migrate(embedded.ownerUrl(kind), kind, servingRole);
    return { url: embedded.servingUrl(kind), embedded, migrated, close: () => embedded.stop() };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}
