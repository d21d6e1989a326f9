import { expect, test } from "@jest/globals";
import pg from "pg";
import { newId } from "../../src/core/identifiers.ts";
import { silentLog } from "../../src/core/log.ts";
import { startLiveness } from "../../src/store/liveness.ts";
import { useStore } from "../support/database.ts";
import { testEngine, workflowYaml } from "../support/engine.ts";

const use = useStore();
const engine = () => testEngine(use.store, { values: new Map(), effects: [] }, workflowYaml("auto", ["a"], false));

async function eventually(check: () => Promise<boolean>, within = 8_000): Promise<number> {
  const started = performance.now();
  while (!(await check())) {
    if (performance.now() - started > within) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - started;
}
const ownerOf = async (runId: string) => (await use.store.engine.run.findUniqueOrThrow({ where: { id: runId } })).owner;

async function connectionsOfLiveness(): Promise<number[]> {
  const client = new pg.Client({ connectionString: use.database.ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'policycortex liveness' AND datname = current_database() ORDER BY backend_start",
  );
  await client.end();
  return rows.map((row) => row.pid);
}

test("a worker whose connection is cut loses its runs to another within seconds, and is told", async () => {
  let lost = 0;
  const first = await startLiveness(use.database.url, silentLog, () => lost++);
  const second = await startLiveness(use.database.url, silentLog, () => undefined);
  const runId = await engine().start();
  await use.store.engine
    .$executeRaw`UPDATE run SET owner = ${first.workerId}::uuid, epoch = 1 WHERE id = ${runId}::uuid`;
  const [pid] = await connectionsOfLiveness();
  const client = new pg.Client({ connectionString: use.database.ownerUrl });
  await client.connect();
  await client.query("SELECT pg_terminate_backend($1)", [pid]);
  await client.end();
  const tookMs = await eventually(async () => (await ownerOf(runId)) === null);
  expect(tookMs).toBeLessThan(5_000);
  expect(lost).toBe(1);
  const jobs = await use.store.engine.$queryRaw<
    { n: number }[]
  >`SELECT count(*)::int AS n FROM graphile_worker.jobs WHERE key = ${`run:${runId}`}`;
  expect(jobs[0]?.n).toBe(1);
  await second.stop();
});

test("a worker that is alive keeps its runs", async () => {
  const first = await startLiveness(use.database.url, silentLog, () => undefined);
  const second = await startLiveness(use.database.url, silentLog, () => undefined);
  const runId = await engine().start();
  await use.store.engine.$executeRaw`UPDATE run SET owner = ${first.workerId}::uuid WHERE id = ${runId}::uuid`;
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await ownerOf(runId)).toBe(first.workerId);
  await first.stop();
  await second.stop();
});

test("a frozen worker loses its runs when its lease is over", async () => {
  const frozen = newId();
  await use.store.engine.$executeRaw`
    INSERT INTO worker (id, host, pid, lock_key, postmaster_start, lease_until)
    VALUES (${frozen}::uuid, 'elsewhere', 1, 42, '2000-01-01', clock_timestamp() - interval '1 second')`;
  const runId = await engine().start();
  await use.store.engine.$executeRaw`UPDATE run SET owner = ${frozen}::uuid WHERE id = ${runId}::uuid`;
  const live = await startLiveness(use.database.url, silentLog, () => undefined);
  await eventually(async () => (await ownerOf(runId)) === null);
  await live.stop();
});

test("a run whose owner is no worker at all is freed", async () => {
  const runId = await engine().start();
  await use.store.engine.$executeRaw`UPDATE run SET owner = ${newId()}::uuid WHERE id = ${runId}::uuid`;
  const live = await startLiveness(use.database.url, silentLog, () => undefined);
  await eventually(async () => (await ownerOf(runId)) === null);
  await live.stop();
});

test("jobs locked by a pool that is no worker's are given back", async () => {
  await use.store.engine
    .$executeRaw`SELECT graphile_worker.add_job('notice', payload := '{"id":"x"}'::json, job_key := 'notice:orphan')`;
  await use.store.engine
    .$executeRaw`UPDATE graphile_worker._private_jobs SET locked_by = 'pool-nobody', locked_at = now() - interval '1 minute' WHERE key = 'notice:orphan'`;
  const live = await startLiveness(use.database.url, silentLog, () => undefined);
  await eventually(async () => {
    const rows = await use.store.engine.$queryRaw<
      { locked: boolean }[]
    >`SELECT locked_at IS NOT NULL AS locked FROM graphile_worker._private_jobs WHERE key = 'notice:orphan'`;
    return rows[0]?.locked === false;
  });
  await live.stop();
});
