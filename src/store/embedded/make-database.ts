import pg from "pg";
import { servingRole, type EmbeddedPostgres } from "./embedded.ts";

/** The serving role and a database of this name in the embedded server; nothing when they are there. */
export async function makeEmbeddedDatabase(embedded: EmbeddedPostgres, name: string): Promise<void> {
  const adminUrl = embedded.ownerUrl("postgres");
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const exists = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [servingRole]);
    const password = client.escapeLiteral(new URL(adminUrl).password);
    if (role.rowCount === 0)
      await client.query(`CREATE ROLE ${servingRole} LOGIN PASSWORD ${password}`).catch(ignoreDuplicate);
    if (exists.rowCount === 0)
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`).catch(ignoreDuplicate);
  } finally {
    await client.end();
  }
}

/** Another starter was faster: what we wanted is there. */
function ignoreDuplicate(error: { code?: string }): void {
  if (error.code !== "42710" && error.code !== "42P04" && error.code !== "23505") throw error as Error;
}
