/**
 * Builds what is stale and nothing else: the Prisma client, then `dist/`. `npm ci` runs it (prepare), and so does every start,
 * so that a clone installed with scripts blocked works too. Needs no network: generate never runs Prisma's native engine.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const at = (...parts) => join(root, ...parts);

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function run(title, script, args, env = {}) {
  // The build's own words go to standard error: a command's standard output is its answer and nothing else.
  const result = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  if (result.status === 0) return;
  process.stderr.write(`${title} failed:\n${result.stdout}${result.stderr}\n`);
  process.exit(1);
}

function generate() {
  const client = at("src/store/generated/client.ts");
  if (newest(client) >= newest(at("prisma/schema.prisma"))) return;
  const prisma = require.resolve("prisma/build/index.js");
  // Generate only insists on having a schema engine; it never runs it.
  run("prisma generate", prisma, ["generate"], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  });
}

function compile() {
  const stamp = at("dist/.built");
  const sources = Math.max(
    newest(at("src")),
    newest(at("tsconfig.json")),
    newest(at("tsconfig.build.json")),
    newest(at("package-lock.json")),
  );
  if (newest(stamp) >= sources) return;
  process.stderr.write("building…\n");
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  run("tsc", tsc, ["-p", "tsconfig.build.json"]);
  rmSync(at("dist/sandbox/page"), { recursive: true, force: true });
  mkdirSync(at("dist/sandbox"), { recursive: true });
  cpSync(at("src/sandbox/page"), at("dist/sandbox/page"), { recursive: true });
  writeFileSync(stamp, new Date().toISOString());
}

if (existsSync(at("src"))) {
  generate();
  if (!process.argv.includes("--generate-only")) compile();
}
