import type { JsonObject } from "../core/json.ts";
import type { Transaction } from "./client.ts";
import { addJob } from "./jobs.ts";

/** Wake a run: a signal in the caller's transaction and the run's job. The same key twice is one signal. */
export async function sendSignal(
  transaction: Transaction,
  signal: {
    readonly tenantId: string;
    readonly runId: string;
    readonly key: string;
    readonly payload: JsonObject;
    readonly priority?: number;
  },
): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO signal (run_id, key, tenant_id, payload) VALUES (${signal.runId}::uuid, ${signal.key}, ${signal.tenantId}, ${JSON.stringify(signal.payload)}::jsonb)
    ON CONFLICT (run_id, key) DO NOTHING`;
  await addJob(transaction, { task: "run", id: signal.runId, priority: signal.priority ?? 2 });
}
