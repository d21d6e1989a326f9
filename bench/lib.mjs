/** What the benches share: where the compiled product is, a PostgreSQL of their own, and percentiles. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder that holds `dist/`: this repository, or PRODUCT_ROOT. */
export const rootFolder = process.env.PRODUCT_ROOT ?? fileURLToPath(new URL("..", import.meta.url));

/** A module of the compiled product. */
export const load = (path) => import(pathToFileURL(join(rootFolder, "dist", `${path}.js`)).href);

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** p50, p99 and the largest, in whole milliseconds. */
export function percentiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

const settings = { fsync: "on", synchronous_commit: "on", shared_buffers: "512MB", max_connections: "200" };

/** A fresh PostgreSQL from the product's own binaries. `base` is its address without a database, as the harness's BENCH_PG. */
export async function startPostgres() {
  const { startEmbedded } = await load("store/embedded/embedded");
  const folder = await mkdtemp(join(tmpdir(), "policycortex-bench-"));
  const server = await startEmbedded(folder, settings);
  return {
    base: server.ownerUrl("").replace(/\/$/, ""),
    async stop() {
      await server.stop({ evenIfUsed: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
