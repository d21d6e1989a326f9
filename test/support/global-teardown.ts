import { rm } from "node:fs/promises";
import pg from "pg";
import type { EmbeddedPostgres } from "../../src/store/embedded/embedded.ts";

/** Stops the PostgreSQL of global-setup, or drops the template from a given one. */
export default async function tearDown(): Promise<void> {
  const { testServer } = globalThis as {
    testServer?: { server?: EmbeddedPostgres; folder: string; template: string; admin: string };
  };
  if (!testServer) return;
  if (testServer.server) await testServer.server.stop({ evenIfUsed: true });
  else {
    const client = new pg.Client({ connectionString: testServer.admin });
    await client.connect();
    await client.query(`DROP DATABASE IF EXISTS ${testServer.template} WITH (FORCE)`);
    await client.end();
  }
  await rm(testServer.folder, { recursive: true, force: true });
}
