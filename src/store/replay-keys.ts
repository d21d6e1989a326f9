import type { Transaction } from "./client.ts";

/**
 * Remember a key and say whether it was new. A second sight within its life is a replay, on whichever replica.
 * Each call also takes a few expired keys away, so that the table stays as small as the traffic.
 * @throws when the database cannot answer: the caller must then treat the request as not checked.
 */
export async function rememberOnce(transaction: Transaction, key: string, keepMs: number): Promise<boolean> {
  const rows = await transaction.$queryRaw<{ key: string }[]>`
    WITH gone AS (
      DELETE FROM replay_key WHERE key IN (
        SELECT key FROM replay_key WHERE expires_at < now() ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED))
    INSERT INTO replay_key (key, expires_at) VALUES (${key}, now() + make_interval(secs => ${keepMs / 1_000}::float8))
    ON CONFLICT (key) DO NOTHING RETURNING key`;
  return rows.length === 1;
}
