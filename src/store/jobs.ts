import type { Transaction } from "./client.ts";

/** What wakes anything: one graphile-worker job per run, approval or notice, keyed by it (DESIGN 4). */
export interface Job {
  readonly task: "run" | "approval" | "notice";
  readonly id: string;
  /** Milliseconds from now at the database's clock; 0 = at once. */
  readonly delayMs?: number;
  /** An instant instead, such as a deadline that is already a row. */
  readonly at?: Date;
  /** Lower goes first. */
  readonly priority?: number;
}

/** Add a job in the caller's transaction. A job with the same key is moved; one that is running right now gets a successor. */
export async function addJob(transaction: Transaction, job: Job): Promise<void> {
  const key = `${job.task}:${job.id}`;
  const payload = JSON.stringify({ id: job.id });
  await transaction.$executeRaw`
    SELECT graphile_worker.add_job(${job.task}, payload := ${payload}::json, job_key := ${key}, priority := ${job.priority ?? 5}::int, max_attempts := 25::int,
      run_at := coalesce(${job.at ?? null}::timestamptz, now() + make_interval(secs => ${(job.delayMs ?? 0) / 1000}::float8)))`;
}
