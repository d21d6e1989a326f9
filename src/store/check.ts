import { readdir } from "node:fs/promises";
import pg from "pg";
import { coerceError, PolicyError } from "../core/errors.ts";
import { migrationsFolder } from "./schema-engine.ts";

/** A database as `doctor` finds it. */
export interface DatabaseState {
  readonly version: string;
  /** `sandbox` or `live`; absent before the first start. */
  readonly kind?: string;
  /** Names of the migrations that it lacks; all of them on an empty database. */
  readonly pending: readonly string[];
  /** Whether the serving role can change or remove audit entries: with one role for everything only triggers guard them. */
  readonly auditGuarded: "by role" | "by trigger";
}

/**
 * Looks at a database as the serving role and changes nothing.
 * @throws PolicyError `store_unavailable` when it cannot be reached.
 */
export async function checkDatabase(url: string): Promise<DatabaseState> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, statement_timeout: 5_000 });
  await client.connect().catch((cause: unknown) => {
    const { message } = coerceError(cause);
    throw new PolicyError("store_unavailable", `the database cannot be reached: ${message}`, { cause });
  });
  try {
    const { rows: versions } = await client.query<{ version: string; tables: boolean }>(
      "SELECT current_setting('server_version') AS version, to_regclass('audit_entry') IS NOT NULL AND to_regclass('control') IS NOT NULL AS tables",
    );
    const { version, tables } = versions[0]!;
    if (!tables) return { version, pending: await pendingAfter([]), auditGuarded: "by trigger" };
    const { rows } = await client.query<{ kind: string | null; changes: boolean }>(
      `SELECT (SELECT value->>'kind' FROM control WHERE tenant_id = '*' AND key = 'database_kind') AS kind,
         has_table_privilege('audit_entry', 'UPDATE') OR has_table_privilege('audit_entry', 'DELETE') AS changes`,
    );
    const { kind, changes } = rows[0]!;
    return {
      version,
      pending: await pendingAfter(await appliedMigrations(client)),
      ...(kind === null ? {} : { kind }),
      auditGuarded: changes ? "by trigger" : "by role",
    };
  } finally {
    await client.end();
  }
}

async function appliedMigrations(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL",
  );
  return rows.map((row) => row.name);
}

async function pendingAfter(applied: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !applied.includes(entry.name))
    .map((entry) => entry.name)
    .sort();
}
