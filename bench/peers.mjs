/**
 * Runs the peers' harness with the product as a column, and prints its table. `node bench/peers.mjs [HARNESS]`, settings by
 * environment as bench/peers.sh says. Nothing is written into the harness's own folder.
 */
import { execFile, execFileSync } from "node:child_process";
import { appendFile, cp, chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { rootFolder, startPostgres } from "./lib.mjs";

const usual = join(rootFolder, "..", "shared", "bench", "peers");
/** What each peer of the harness needs from the registry; the floors need only `pg`. */
const packages = {
  graphile: ["graphile-worker@0.17.3"],
  pgboss: ["pg-boss@10.4.2"],
  dbos: ["@dbos-inc/dbos-sdk@5.3.0"],
};

/**
 * @param plans each [work, n]
 * @returns the harness's JSON lines, one a run, also appended to `results.jsonl` there
 */
export async function runPeers({ harness = usual, peers, plans, rounds = 1, table = false }) {
  const folder = await mkdtemp(join(tmpdir(), "policycortex-peers-"));
  const postgres = await startPostgres();
  try {
    await copyHarness(harness, folder, peers);
    const lines = [];
    for (const [work, n] of plans)
      for (let round = 0; round < rounds; round++)
        for (const peer of peers) {
          const line = await oneRun(folder, postgres.base, peer, work, n);
          lines.push(line);
          await appendFile(join(folder, "results.jsonl"), `${JSON.stringify(line)}\n`);
          console.error(JSON.stringify(line).slice(0, 300));
        }
    if (table)
      console.log(execFileSync(process.execPath, ["table.mjs", "results.jsonl"], { cwd: folder, encoding: "utf8" }));
    return lines;
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyHarness(harness, folder, peers) {
  for (const name of await readdir(harness))
    if (name !== "node_modules" && name !== "package.json")
      await cp(join(harness, name), join(folder, name), { recursive: true });
  for (const name of ["peers", "lib"]) await chmod(join(folder, name), 0o755);
  await mkdir(join(folder, "results"), { recursive: true });
  await cp(join(rootFolder, "bench", "product.mjs"), join(folder, "peers", "product.mjs"));
  const wanted = ["pg@8.23.1", ...peers.flatMap((peer) => packages[peer.split(":")[0]] ?? [])];
  execFileSync("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", ...wanted], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function oneRun(folder, base, peer, work, n) {
  const [name, variant = ""] = peer.split(":");
  const args = [
    "--expose-gc",
    "--no-deprecation",
    "run.mjs",
    "--peer",
    name,
    "--variant",
    variant,
    "--work",
    work,
    "--n",
    String(n),
  ];
  const env = { ...process.env, BENCH_PG: base, PRODUCT_ROOT: rootFolder };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: folder,
      env,
      timeout: 300_000,
      maxBuffer: 1e8,
    });
    return JSON.parse(
      stdout
        .trim()
        .split("\n")
        .findLast((line) => line.startsWith('{"peer"')),
    );
  } catch (error) {
    return { peer, work, n, error: String(error.stderr ?? error).slice(-400) };
  }
}

if (process.argv[1] === import.meta.filename) {
  const { PEERS = "raw,rawbatch,product", PLANS = "w1,lat,w2,w3", ROUNDS = "1", N = "1000" } = process.env;
  const plans = PLANS.split(",").map((work) => [work, work === "lat" ? Math.min(100, Number(N)) : Number(N)]);
  await runPeers({
    harness: process.argv[2] ?? usual,
    peers: PEERS.split(","),
    plans,
    rounds: Number(ROUNDS),
    table: true,
  });
}
