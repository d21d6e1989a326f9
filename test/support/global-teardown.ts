import { rm } from "node:fs/promises";
import pg from "pg";
import type { EmbeddedPostgres } from "../../src/store/embedded/embedded.ts";

/** What global-setup made and this file takes away. */
export interface TestServer {
  /** The PostgreSQL we started; without it the database was given. */
  readonly server?: EmbeddedPostgres;
  readonly folder: string;
  /** As root the data lies outside `folder`. */
  readonly home?: string;
  readonly template: string;
  readonly admin: string;
}

/** Stops the PostgreSQL of global-setup, or drops the template from a given one, and leaves no folder behind. */
export default async function tearDown(): Promise<void> {
  const { testServer } = globalThis as { testServer?: TestServer };
  if (!testServer) return;
  if (testServer.server) await testServer.server.stop({ evenIfUsed: true });
  else {
    const client = new pg.Client({ connectionString: testServer.admin });
    await client.connect();
    await client.query(`DROP DATABASE IF EXISTS ${testServer.template} WITH (FORCE)`);
    await client.end();
  }
  for (const folder of [testServer.folder, testServer.home])
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
