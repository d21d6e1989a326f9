import { runMigrations } from "graphile-worker";
import pg from "pg";
import { PolicyError } from "../core/errors.ts";
import { applyMigrations } from "./schema-engine.ts";

/** What an empty database is marked as at its first start; the other kind is refused ever after. */
export type DatabaseKind = "sandbox" | "live";

const oldestServer = 140_000;
/** Any constant: all replicas of all versions take the same lock before they migrate. */
const migrationLock = 7_204_114_001;

/**
 * Bring a database up to date under an advisory lock: our tables, graphile-worker's, grants for the serving role, the
 * kind's mark. Safe to call from many replicas at once; does nothing the second time.
 * @throws PolicyError `migration_failed`, `wrong_database_kind`, `store_unavailable`.
 */
export async function migrate(ownerUrl: string, kind: DatabaseKind, servingRole?: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5_000 });
  await client.connect().catch((cause: unknown) => {
    throw new PolicyError(
      "store_unavailable",
      `the database cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  });
  try {
    await checkServer(client);
    await client.query("SELECT pg_advisory_lock($1)", [migrationLock]);
    const applied = await applyMigrations(ownerUrl);
    await runMigrations({ connectionString: ownerUrl });
    if (servingRole) await grant(client, servingRole);
    await mark(client, kind);
    return applied;
  } finally {
    await client.end(); // The session's end gives the lock back.
  }
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; name: string }>(
    "SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name",
  );
  if ((rows[0]?.version ?? 0) < oldestServer)
    throw new PolicyError("store_unavailable", `PostgreSQL ${rows[0]?.name ?? "?"} is too old`, {
      hint: "14 or newer is needed",
    });
}

/** The serving role reads and writes everything but audit, which it may only insert and read. */
async function grant(client: pg.Client, role: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  for (const schema of ["public", "graphile_worker"]) {
    await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${name}`);
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${name}`);
    await client.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${name}`);
    await client.query(`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${name}`);
  }
  await client.query(`REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, audit_checkpoint FROM ${name}`);
  await openJobs(client, name);
}

/** graphile-worker switches row-level security on, which shuts out every role but the owner: let the serving role in. */
async function openJobs(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT quote_ident(relname) AS name FROM pg_class WHERE relnamespace = 'graphile_worker'::regnamespace AND relrowsecurity",
  );
  for (const { name } of rows) {
    await client.query(`DROP POLICY IF EXISTS policycortex_serves ON graphile_worker.${name}`);
    await client.query(
      `CREATE POLICY policycortex_serves ON graphile_worker.${name} TO ${role} USING (true) WITH CHECK (true)`,
    );
  }
}

async function mark(client: pg.Client, kind: DatabaseKind): Promise<void> {
  const { rows } = await client.query<{ value: { kind: DatabaseKind } }>(
    `INSERT INTO control (tenant_id, key, value, changed_by) VALUES ('*', 'database_kind', jsonb_build_object('kind', $1::text), 'system')
     ON CONFLICT (tenant_id, key) DO UPDATE SET value = control.value RETURNING value`,
    [kind],
  );
  const marked = rows[0]?.value.kind;
  if (marked !== kind)
    throw new PolicyError(
      "wrong_database_kind",
      `this database belongs to a ${String(marked)} installation, not to a ${kind} one`,
      {
        hint: "give each its own database",
      },
    );
}
