import { EventEmitter } from "node:events";
import { Logger, run, type Runner, type WorkerEvents } from "graphile-worker";
import type pg from "pg";
import type { Log } from "../core/log.ts";
import type { Job } from "./jobs.ts";

/** What each kind of job does with the id it is keyed by. `signal` aborts when the process stops. */
export type Tasks = Readonly<Record<Job["task"], (id: string, signal: AbortSignal) => Promise<void>>>;

export interface WorkerPool {
  /** What graphile-worker writes into `locked_by`: a takeover gives these locks back. */
  readonly id: string;
  stop(): Promise<void>;
}

/**
 * Jobs fetched at once. More would be faster still, but what is fetched goes before whatever comes later, however urgent: a
 * card must not wait behind a flood of runs.
 */
const fetchedAtOnce = 10;

/** Start taking jobs: graphile-worker in the same PostgreSQL, the one mechanism that wakes anything (DESIGN 4). */
export async function startWorkerPool(pool: pg.Pool, tasks: Tasks, concurrency: number, log: Log): Promise<WorkerPool> {
  const stopping = new AbortController();
  const events = new EventEmitter() as unknown as WorkerEvents;
  const created = new Promise<string>((resolve) =>
    events.once("pool:create", ({ workerPool }) => resolve(workerPool.id)),
  );
  const taskList = Object.fromEntries(
    Object.entries(tasks).map(([name, work]) => [
      name,
      (payload: unknown) => work((payload as { id: string }).id, stopping.signal),
    ]),
  );
  const runner: Runner = await run({
    pgPool: pool,
    taskList,
    concurrency,
    noHandleSignals: true,
    preset: { worker: { localQueue: { size: fetchedAtOnce }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    pollInterval: 1_000,
    events,
    logger: new Logger(() => (level: string, message) => {
      // Tasks use pools of their own: few connections serve many jobs here.
      if (message.includes("having maxPoolSize")) return;
      if (level === "error") log.error({}, `jobs: ${message}`);
      else if (level === "warning") log.warn({}, `jobs: ${message}`);
    }),
  });
  const id = await created;
  return {
    id,
    async stop() {
      stopping.abort();
      await runner
        .stop()
        .catch((error: unknown) => log.warn({ error: String(error) }, "stopping the job runner failed"));
    },
  };
}
