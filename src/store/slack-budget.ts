import type { Transaction } from "./client.ts";

/** One steady rate with a burst, shared by every replica and kept over restarts. */
export interface Pace {
  readonly bucket: string;
  /** Milliseconds between two calls in the long run. */
  readonly intervalMs: number;
  /** How far calls may run ahead of that; the urgent may run further ahead than the rest. */
  readonly aheadMs: number;
}

/**
 * Take the next free place of a bucket if it comes within `patienceMs`.
 * @returns `taken` and the milliseconds to wait before calling; not taken: the milliseconds to come back after.
 */
export async function takePlace(
  transaction: Transaction,
  pace: Pace,
  patienceMs: number,
): Promise<{ readonly taken: boolean; readonly waitMs: number }> {
  const interval = pace.intervalMs / 1_000;
  const ahead = pace.aheadMs / 1_000;
  const rows = await transaction.$queryRaw<{ taken: boolean; wait: number }[]>`
    WITH place AS (
      INSERT INTO slack_budget AS b (bucket, next_at)
      VALUES (${pace.bucket}, clock_timestamp() + make_interval(secs => ${interval}::float8))
      ON CONFLICT (bucket) DO UPDATE SET next_at = greatest(b.next_at, clock_timestamp()) + make_interval(secs => ${interval}::float8)
        WHERE b.next_at <= clock_timestamp() + make_interval(secs => ${ahead + patienceMs / 1_000}::float8)
      RETURNING extract(epoch FROM next_at - clock_timestamp())::float8 - ${interval}::float8 AS wait)
    SELECT true AS taken, wait - ${ahead}::float8 AS wait FROM place
    UNION ALL
    SELECT false, extract(epoch FROM next_at - clock_timestamp())::float8 - ${ahead}::float8 FROM slack_budget
    WHERE bucket = ${pace.bucket} AND NOT EXISTS (SELECT FROM place)`;
  const [row] = rows;
  return { taken: row?.taken ?? false, waitMs: Math.max(0, Math.ceil((row?.wait ?? 0.05) * 1_000)) };
}

/** Milliseconds until a bucket that Slack closed with Retry-After opens again; 0 when it is open. */
export async function heldFor(transaction: Transaction, buckets: readonly string[]): Promise<number> {
  const rows = await transaction.$queryRaw<{ wait: number | null }[]>`
    SELECT max(extract(epoch FROM next_at - clock_timestamp()))::float8 AS wait FROM slack_budget WHERE bucket = ANY(${[...buckets]})`;
  return Math.max(0, Math.ceil((rows[0]?.wait ?? 0) * 1_000));
}

/** Close a bucket for so long; a longer closing that stands already stays. */
export async function hold(transaction: Transaction, bucket: string, milliseconds: number): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO slack_budget AS b (bucket, next_at) VALUES (${bucket}, clock_timestamp() + make_interval(secs => ${milliseconds / 1_000}::float8))
    ON CONFLICT (bucket) DO UPDATE SET next_at = greatest(b.next_at, excluded.next_at)`;
}

/** Forget buckets that have long been free: one a message and one a channel would otherwise stay for ever. */
export async function forgetIdleBuckets(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`DELETE FROM slack_budget WHERE next_at < now() - interval '1 hour'`;
}
