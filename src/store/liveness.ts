import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import pg from "pg";
import { newId } from "../core/identifiers.ts";
import type { Log } from "../core/log.ts";

/*
 * Who is alive (DESIGN 5, Takeover): a session advisory lock that the kernel drops with the process, and a lease on the
 * database's clock for a process that is frozen. A lost lock proves death only while the server has not restarted since.
 */
const leaseMs = 10_000;
const heartbeatMs = 2_000;
const watchMs = 400;
/** Orphaned jobs are looked for at every so many heartbeats: the look goes over the whole queue. */
const orphanJobsEvery = 15;

export interface Liveness {
  readonly workerId: string;
  /** Tell which graphile-worker pool is ours. */
  setPool(poolId: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Register this process as a worker, keep it alive, and take over from workers that died.
 * @param onLost called once when the lock's connection is gone: the caller must abort its drivers and return under a new id.
 */
export async function startLiveness(url: string, log: Log, onLost: () => void): Promise<Liveness> {
  const workerId = newId();
  const lockKey = (randomBytes(8).readBigUInt64BE() >> 1n).toString();
  const client = new pg.Client({
    connectionString: url,
    application_name: "policycortex liveness",
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
    keepAlive: true,
  });
  let ended = false;
  const lost = () => {
    if (ended) return;
    ended = true;
    clearInterval(heartbeat);
    clearInterval(watch);
    onLost();
  };
  client.on("error", lost).on("end", lost);
  await client.connect();
  await client.query("SELECT pg_advisory_lock($1::bigint)", [lockKey]);
  await client.query(
    `INSERT INTO worker (id, host, pid, lock_key, postmaster_start, lease_until)
     VALUES ($1, $2, $3, $4::bigint, pg_postmaster_start_time(), clock_timestamp() + make_interval(secs => $5))`,
    [workerId, hostname(), process.pid, lockKey, leaseMs / 1000],
  );
  let beats = 0;
  // One query at a time on the one connection.
  let last: Promise<unknown> = Promise.resolve();
  const quietly = (work: () => Promise<unknown>) => () => {
    if (ended) return;
    last = last
      .then(() => (ended ? undefined : work()))
      .catch((error: unknown) => log.warn({ error: String(error) }, "liveness query failed"));
  };
  const beat = () =>
    client.query(
      "UPDATE worker SET lease_until = clock_timestamp() + make_interval(secs => $2) WHERE id = $1 RETURNING 1",
      [workerId, leaseMs / 1000],
    );
  // Somebody took our place while we were frozen: what we hold is no longer ours.
  const heartbeat = setInterval(
    quietly(async () => {
      const alive = (await beat()).rowCount === 1;
      if (!alive) lost();
      if (alive) await client.query(freeOrphansSql);
      if (alive && beats++ % orphanJobsEvery === 0) await client.query(freeOrphanJobsSql);
    }),
    heartbeatMs,
  );
  const watch = setInterval(
    quietly(() => takeOver(client, workerId, log)),
    watchMs,
  );
  return {
    workerId,
    setPool: async (poolId) =>
      void (await client.query("UPDATE worker SET pool_id = $2 WHERE id = $1", [workerId, poolId])),
    async stop() {
      if (ended) return;
      ended = true;
      clearInterval(heartbeat);
      clearInterval(watch);
      await client.query("DELETE FROM worker WHERE id = $1", [workerId]).catch(() => undefined);
      await client.end().catch(() => undefined);
    },
  };
}

/** Workers whose session lock is free although their server never restarted, or whose lease is over. */
const deadWorkersSql = `
  SELECT w.id FROM worker w
  WHERE w.id <> $1 AND (w.lease_until < clock_timestamp() OR (w.postmaster_start = pg_postmaster_start_time() AND NOT EXISTS (
    SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND ((l.classid::bigint << 32) | l.objid::bigint) = w.lock_key)))`;

/** Give a dead worker's runs and jobs back to everybody, in one statement; two survivors at once do it once. */
const takeOverSql = `
  WITH dead AS (DELETE FROM worker WHERE id = ANY($1::uuid[]) RETURNING id, pool_id),
  freed AS (UPDATE run SET owner = NULL FROM dead WHERE run.owner = dead.id AND NOT run.finished RETURNING run.id, run.priority),
  unlocked AS (SELECT graphile_worker.force_unlock_workers((SELECT array_agg(pool_id) FROM dead WHERE pool_id IS NOT NULL)))
  SELECT count(*)::int AS runs, count(graphile_worker.add_job('run', payload := json_build_object('id', freed.id), job_key := 'run:' || freed.id,
    priority := freed.priority, max_attempts := 25))::int AS jobs, (SELECT count(*) FROM unlocked) FROM freed`;

/** Runs whose owner is no worker at all: what a stop that was cut short left behind. */
const freeOrphansSql = `
  WITH freed AS (UPDATE run SET owner = NULL WHERE owner IS NOT NULL AND NOT finished AND NOT EXISTS (SELECT 1 FROM worker WHERE worker.id = run.owner)
    RETURNING id, priority)
  SELECT graphile_worker.add_job('run', payload := json_build_object('id', freed.id), job_key := 'run:' || freed.id, priority := freed.priority,
    max_attempts := 25) FROM freed`;

/** Jobs locked by a pool that is no worker's: a dead worker's last fetch may commit after its takeover. */
const freeOrphanJobsSql = `
  SELECT graphile_worker.force_unlock_workers(gone.ids) FROM (
    SELECT array_agg(DISTINCT j.locked_by) AS ids FROM graphile_worker._private_jobs j
    WHERE j.locked_at < now() - interval '15 seconds' AND NOT EXISTS (SELECT 1 FROM worker w WHERE w.pool_id = j.locked_by)
  ) gone WHERE gone.ids IS NOT NULL`;

async function takeOver(client: pg.Client, workerId: string, log: Log): Promise<void> {
  const dead = await client.query<{ id: string }>(deadWorkersSql, [workerId]);
  if (dead.rows.length === 0) return;
  const ids = dead.rows.map((row) => row.id);
  const { rows } = await client.query<{ runs: number }>(takeOverSql, [ids]);
  log.warn({ workers: ids, runs: rows[0]?.runs ?? 0 }, "took over from dead workers");
}
