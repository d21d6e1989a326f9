import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { servingRole, startEmbedded } from "../../src/store/embedded/embedded.ts";
import { migrate } from "../../src/store/migrate.ts";

/** One PostgreSQL for all test files, in a temporary folder; a migrated template that each file clones. */
export default async function setUp(): Promise<void> {
  const given = process.env["TEST_DATABASE_URL"];
  const folder = await mkdtemp(join(tmpdir(), "policycortex-test-"));
  const server = given
    ? undefined
    : await startEmbedded(folder, { fsync: "off", synchronous_commit: "off", max_connections: "300" });
  const admin = given ?? server!.ownerUrl("postgres");
  const client = new pg.Client({ connectionString: admin });
  await client.connect();
  const template = `pc_template_${process.pid}`;
  await client.query(`CREATE DATABASE ${template}`);
  const password = server ? new URL(admin).password : "policycortex-test";
  await client
    .query(`CREATE ROLE ${servingRole} LOGIN PASSWORD '${password}'`)
    .catch((error: { code?: string }) => (error.code === "42710" ? undefined : Promise.reject(error as Error)));
  await client.end();
  const templateUrl = new URL(admin);
  templateUrl.pathname = `/${template}`;
  await migrate(templateUrl.href, "sandbox", servingRole);
  process.env["POLICYCORTEX_TEST_ADMIN"] = admin;
  process.env["POLICYCORTEX_TEST_TEMPLATE"] = template;
  (globalThis as { testServer?: unknown }).testServer = { server, folder, template, admin };
}
