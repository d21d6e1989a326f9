import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { PolicyError } from "../core/errors.ts";

/* Prisma's own schema engine as WebAssembly: the native one is a download and must never be needed (DESIGN 4). */

/** The package's root, the same from `src/` and from `dist/`. */
const packageRoot = fileURLToPath(new URL("../../", import.meta.url));
export const migrationsFolder = join(packageRoot, "prisma", "migrations");
const schemaFile = join(packageRoot, "prisma", "schema.prisma");

/** The part of WebAssembly we use; its types come with the DOM's, which a server has no business with. */
interface WasmRuntime {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ exports: Record<string, unknown> }>;
}
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WasmRuntime };

let loaded: Promise<void> | undefined;

async function load(): Promise<void> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const module = await wasm.compile(await readFile(join(folder, "schema_engine_bg.wasm")));
  const { exports } = await wasm.instantiate(module, { "./schema_engine_bg.js": withoutLingeringTimers() });
  engine.__wbg_set_wasm(exports);
  (exports["__wbindgen_start"] as () => void)();
}

/** The engine never clears the timer of its lock's time-out, which would keep a finished process for 10 s. */
function withoutLingeringTimers(): Record<string, unknown> {
  const imports: Record<string, unknown> = { ...engine };
  for (const name of Object.keys(imports))
    if (name.startsWith("__wbg_setTimeout"))
      imports[name] = (call: () => void, ms: number) => setTimeout(call, ms >>> 0).unref();
  return imports;
}

async function open(
  url: string,
  datamodels?: [string, string][],
): Promise<{ engine: engine.SchemaEngine; close(): Promise<void> }> {
  loaded ??= load();
  await loaded;
  const pool = new pg.Pool({ connectionString: url, max: 2, Client: CharAsTextClient });
  const factory = bindMigrationAwareSqlAdapterFactory(repaired(new PrismaPg(pool), pool));
  const opened = await engine.SchemaEngine.new({ datamodels }, () => undefined, factory);
  const close = async () => {
    opened.free();
    await pool.end();
  };
  return { engine: opened, close };
}

/** The engine describes a schema through the catalogue's `"char"` columns, a type that adapter-pg 7.10 no longer knows. */
class CharAsTextClient extends pg.Client {
  override query(...args: unknown[]): never {
    // The pool passes a callback last; adapter-pg's own transactions await a promise.
    const callback = args.at(-1);
    if (typeof callback === "function") {
      args[args.length - 1] = (error: unknown, result?: pg.QueryArrayResult) =>
        (callback as (error: unknown, result?: unknown) => void)(error, result && renameCharFields(result));
    }
    const result = (super.query as (...all: unknown[]) => unknown).apply(this, args);
    return (result instanceof Promise ? result.then(renameCharFields) : result) as never;
  }
}

function renameCharFields(result: Partial<pg.QueryArrayResult>): Partial<pg.QueryArrayResult> {
  const charOid = 18;
  const charArrayOid = 1002;
  // A script of several statements gives an array of results, which nobody reads.
  for (const field of result.fields ?? []) if (field.dataTypeID === charOid) field.dataTypeID = charArrayOid;
  return result;
}

/**
 * Second half of the same repair: what adapter-pg now calls an array of characters is the one character it was. And a
 * script goes to the server whole: adapter-pg cuts it at every semicolon, also inside a function's body.
 */
function repaired(
  factory: SqlMigrationAwareDriverAdapterFactory,
  pool: pg.Pool,
): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connectToShadowDb: () => factory.connectToShadowDb(),
    async connect() {
      const adapter = await factory.connect();
      const queryRaw = adapter.queryRaw.bind(adapter);
      adapter.queryRaw = async (query) => {
        const result = await queryRaw(query);
        const types = result.columnTypes.map((type) =>
          type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
        );
        return { ...result, columnTypes: types };
      };
      adapter.executeScript = (script) => pool.query(script).then(() => undefined);
      return adapter;
    },
  };
}

async function migrationList(): Promise<engine.MigrationList> {
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = await Promise.all(
    names.sort().map(async (path) => ({
      path,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: await readFile(join(migrationsFolder, path, "migration.sql"), "utf8") },
      },
    })),
  );
  return {
    baseDir: migrationsFolder,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(join(migrationsFolder, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories,
  };
}

const filters = { externalTables: [], externalEnums: [] };

/**
 * Apply what is new of `prisma/migrations`; nothing the second time.
 * @returns names of the migrations applied now.
 * @throws PolicyError `migration_failed` with the engine's message.
 */
export async function applyMigrations(url: string): Promise<readonly string[]> {
  const opened = await open(url);
  try {
    const { appliedMigrationNames } = await opened.engine.applyMigrations({
      migrationsList: await migrationList(),
      filters,
    });
    return appliedMigrationNames;
  } catch (cause) {
    throw new PolicyError("migration_failed", `a migration failed: ${messageOf(cause)}`, { cause });
  } finally {
    await opened.close();
  }
}

/** The SQL that would turn the schema of a database into `schema.prisma`'s; the empty text when they agree. */
export async function schemaDrift(url: string): Promise<string> {
  const schema = await readFile(schemaFile, "utf8");
  const opened = await open(url, [[schemaFile, schema]]);
  try {
    const { stdout } = await opened.engine.diff({
      from: { tag: "schemaDatasource", files: [{ path: schemaFile, content: schema }], configDir: packageRoot },
      to: { tag: "schemaDatamodel", files: [{ path: schemaFile, content: schema }] },
      script: true,
      exitCode: null,
      filters,
    });
    return stdout?.includes("This is an empty migration") ? "" : (stdout ?? "");
  } finally {
    await opened.close();
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.trim() : String(cause);
}
