/** `npm run migration -- NAME`: writes the SQL that turns the migrations' schema into schema.prisma's. For developers. */
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../src/store/embedded/embedded.ts";
import { applyMigrations, migrationsFolder, schemaDrift } from "../src/store/schema-engine.ts";

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) throw new Error("usage: npm run migration -- snake_case_name");

const server = await startEmbedded(join(tmpdir(), "policycortex-migration"));
const admin = new pg.Client({ connectionString: server.ownerUrl("postgres") });
await admin.connect();
await admin.query("DROP DATABASE IF EXISTS shadow");
await admin.query("CREATE DATABASE shadow");
await applyMigrations(server.ownerUrl("shadow"));
const sql = await schemaDrift(server.ownerUrl("shadow"));
await admin.end();
await server.stop();

if (sql.trim() === "") console.log("schema.prisma and the migrations agree: nothing to write");
else {
  const folder = join(migrationsFolder, `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "migration.sql"), sql);
  console.log(`${folder}/migration.sql`);
}
