import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { servingRole, startEmbedded, type EmbeddedPostgres } from "../../src/store/embedded/embedded.ts";
import { migrate } from "../../src/store/migrate.ts";
import tearDown, { type TestServer } from "./global-teardown.ts";

/** One PostgreSQL for all test files, in a temporary folder; a migrated template that each file clones. */
export default async function setUp(): Promise<void> {
  const given = process.env["TEST_DATABASE_URL"];
  // `bin/test.mjs` names the folder, so that it can clean up after an interrupted run.
  const folder = process.env["POLICYCORTEX_TEST_FOLDER"] ?? (await mkdtemp(join(tmpdir(), "policycortex-test-")));
  await mkdir(folder, { recursive: true });
  const server = given
    ? undefined
    : await startEmbedded(folder, { fsync: "off", synchronous_commit: "off", max_connections: "300" });
  const admin = given ?? server!.ownerUrl("postgres");
  const template = `pc_template_${process.pid}`;
  const held = { folder, template, admin, ...(server ? { server } : {}) };
  const keep = (testServer: TestServer) => Object.assign(globalThis, { testServer });
  keep(held);
  try {
    const data = await makeRoleAndTemplate(admin, template, server);
    if (server && !data.startsWith(folder)) keep({ ...held, home: dirname(data) });
    const templateUrl = new URL(admin);
    templateUrl.pathname = `/${template}`;
    await migrate(templateUrl.href, "sandbox", servingRole);
  } catch (error) {
    // Jest does not tear down what could not be set up.
    await tearDown();
    throw error;
  }
  process.env["POLICYCORTEX_TEST_ADMIN"] = admin;
  process.env["POLICYCORTEX_TEST_TEMPLATE"] = template;
}

/** @returns the server's data folder. */
async function makeRoleAndTemplate(admin: string, template: string, server?: EmbeddedPostgres): Promise<string> {
  const client = new pg.Client({ connectionString: admin });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${template}`);
    const password = server ? new URL(admin).password : "policycortex-test";
    await client
      .query(`CREATE ROLE ${servingRole} LOGIN PASSWORD '${password}'`)
      .catch((error: { code?: string }) => (error.code === "42710" ? undefined : Promise.reject(error as Error)));
    const { rows } = await client.query<{ data_directory: string }>("SHOW data_directory");
    return rows[0]!.data_directory;
  } finally {
    await client.end();
  }
}
