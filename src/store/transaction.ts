import type { Database, Transaction } from "./client.ts";
import { sqlState } from "./sql-state.ts";

/** Serialisation failure, deadlock, lock not available: the same transaction may succeed a moment later. */
const passing = new Set(["40001", "40P01", "55P03"]);

/** Run `work` in one transaction, again when PostgreSQL asked for it; at most five times. */
export async function inTransaction<T>(database: Database, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.$transaction(work);
    } catch (error) {
      if (attempt >= 5 || !passing.has(sqlState(error) ?? "")) throw error;
    }
  }
}
