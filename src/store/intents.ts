import type { PlannedStep } from "../core/run.ts";
import type { Database } from "./client.ts";

/** What stands before an effect: the step as approved, and until when its call may go out. */
export interface StoredIntent {
  readonly key: string;
  readonly step: PlannedStep;
  /** Milliseconds until the call deadline at the database's clock; negative when it has passed. */
  readonly callDeadlineInMs: number;
  /** The claim under which it was made: tells our own call from a predecessor's. */
  readonly epoch: number;
}

/** The intent of an action run, or undefined when nothing was ever intended. */
export async function readIntent(database: Database, key: string): Promise<StoredIntent | undefined> {
  const rows = await database.$queryRaw<{ key: string; plan: PlannedStep; due: number; epoch: number }[]>`
    SELECT key, plan, epoch, (extract(epoch FROM call_deadline - clock_timestamp()) * 1000)::float8 AS due FROM intent WHERE key = ${key}`;
  const row = rows[0];
  return row && { key: row.key, step: row.plan, callDeadlineInMs: row.due, epoch: row.epoch };
}
