import { afterAll, beforeAll } from "@jest/globals";
import { randomBytes } from "node:crypto";
import pg from "pg";
import { openStore, type Store } from "../../src/store/client.ts";
import { servingRole } from "../../src/store/embedded/embedded.ts";

export interface TestDatabase {
  readonly name: string;
  /** As the owner of the tables: for looking and for sabotage. */
  readonly ownerUrl: string;
  /** As the role that serves. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A real database of its own, cloned from the migrated template. */
export async function createDatabase(): Promise<TestDatabase> {
  const admin = process.env["POLICYCORTEX_TEST_ADMIN"]!;
  const name = `pc_${randomBytes(6).toString("hex")}`;
  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: admin });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await query(`CREATE DATABASE ${name} TEMPLATE ${process.env["POLICYCORTEX_TEST_TEMPLATE"]!}`);
  const ownerUrl = new URL(admin);
  ownerUrl.pathname = `/${name}`;
  const url = new URL(ownerUrl);
  url.username = servingRole;
  return {
    name,
    ownerUrl: ownerUrl.href,
    url: url.href,
    drop: () => query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** A database and its open store for a whole test file: `const use = useStore(); … use.store.interactive`. */
export function useStore(): { readonly store: Store; readonly database: TestDatabase } {
  const held: { store?: Store; database?: TestDatabase } = {};
  beforeAll(async () => {
    held.database = await createDatabase();
    held.store = openStore(held.database.url, () => undefined);
  });
  afterAll(async () => {
    await held.store?.close();
    await held.database?.drop();
  });
  return held as { store: Store; database: TestDatabase };
}
