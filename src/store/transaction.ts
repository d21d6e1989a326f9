import type { Database, Transaction } from "./client.ts";
import { sqlState } from "./sql-state.ts";

/** Serialisation failure, deadlock, lock not available: the same transaction may succeed a moment later. */
const passing = new Set(["40001", "40P01", "55P03"]);

/**
 * Run `work` in one transaction, again when PostgreSQL asked for it; at most five times.
 * @param timeoutMs how long the whole transaction may take, 8 s unless said.
 */
export async function inTransaction<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
  timeoutMs?: number,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.$transaction(work, timeoutMs === undefined ? {} : { timeout: timeoutMs });
    } catch (error) {
      if (attempt >= 5 || !passing.has(sqlState(error) ?? "")) throw error;
    }
  }
}
