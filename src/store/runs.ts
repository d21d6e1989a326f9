import type { AuditEntry } from "../core/audit-entry.ts";
import type { JsonObject } from "../core/json.ts";
import type { RunKind, RunState } from "../core/run.ts";
import { insertAudit } from "./audit.ts";
import type { Database, Transaction } from "./client.ts";
import { addJob } from "./jobs.ts";

/** A run as the engine reads it. */
export interface RunRow {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: RunKind;
  readonly workflow: string;
  readonly workflowDigest: string;
  readonly eventId: string | null;
  readonly parentId: string | null;
  readonly requesterPersonId: string | null;
  readonly state: RunState;
  readonly reason: string | null;
  readonly data: JsonObject;
  readonly revision: number;
  readonly owner: string | null;
  readonly epoch: number;
  readonly priority: number;
  readonly finished: boolean;
  readonly auditSeq: number;
  readonly auditHead: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
}

export interface NewRun {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: RunKind;
  readonly workflow: string;
  readonly workflowDigest: string;
  readonly eventId?: string;
  readonly findingId?: string;
  readonly parentId?: string;
  readonly requesterPersonId?: string;
  readonly data: JsonObject;
  readonly dedupeKey: string;
  readonly priority: number;
  readonly audit: readonly AuditEntry[];
}

/**
 * Insert a pending run and its job in the caller's transaction.
 * @returns the run's id; the open run's, when one with the same dedupe key has not finished.
 */
export async function insertRun(
  transaction: Transaction,
  run: NewRun,
): Promise<{ readonly runId: string; readonly created: boolean }> {
  const last = run.audit.at(-1);
  const inserted = await transaction.$queryRaw<{ id: string }[]>`
    INSERT INTO run (id, tenant_id, kind, workflow, workflow_digest, event_id, finding_id, parent_id, requester_person_id, state, data,
      dedupe_key, priority, audit_seq, audit_head)
    VALUES (${run.id}::uuid, ${run.tenantId}, ${run.kind}, ${run.workflow}, ${run.workflowDigest}, ${run.eventId ?? null}::uuid, ${run.findingId ?? null}::uuid,
      ${run.parentId ?? null}::uuid, ${run.requesterPersonId ?? null}::uuid, 'pending', ${JSON.stringify(run.data)}::jsonb, ${run.dedupeKey}, ${run.priority}::int,
      ${last?.seq ?? 0}::int, ${last?.hash ?? "0".repeat(64)})
    ON CONFLICT (tenant_id, dedupe_key) WHERE NOT finished DO NOTHING RETURNING id`;
  if (inserted[0]) {
    await insertAudit(transaction, run.audit);
    await addJob(transaction, { task: "run", id: run.id, priority: run.priority });
    return { runId: run.id, created: true };
  }
  const open = await transaction.run.findFirst({
    where: { tenantId: run.tenantId, dedupeKey: run.dedupeKey, finished: false },
    select: { id: true },
  });
  // The open run may have finished between the two statements: then this one can go in.
  return open ? { runId: open.id, created: false } : insertRun(transaction, run);
}

/** Take a run over: compare-and-set of owner and epoch. Undefined when it is finished or somebody drives it. */
export async function claimRun(database: Database, id: string, worker: string): Promise<RunRow | undefined> {
  const rows = await database.$queryRaw<RunRow[]>`
    UPDATE run SET owner = ${worker}::uuid, epoch = epoch + 1 WHERE id = ${id}::uuid AND owner IS NULL AND NOT finished
    RETURNING id, tenant_id AS "tenantId", kind, workflow, workflow_digest AS "workflowDigest", event_id AS "eventId", parent_id AS "parentId",
      requester_person_id AS "requesterPersonId", state, reason, data, revision, owner, epoch, priority, finished, audit_seq AS "auditSeq",
      audit_head AS "auditHead", created_at AS "createdAt", updated_at AS "updatedAt", finished_at AS "finishedAt"`;
  return rows[0];
}

/** Give a run back without a transition (stop of the process, an error of the store) and wake somebody for it. */
export async function releaseRun(database: Database, id: string, worker: string, delayMs: number): Promise<void> {
  await database.$transaction(async (transaction) => {
    const released =
      await transaction.$executeRaw`UPDATE run SET owner = NULL WHERE id = ${id}::uuid AND owner = ${worker}::uuid`;
    if (released > 0) await addJob(transaction, { task: "run", id, delayMs });
  });
}

/** The signals of a run, oldest first. */
export async function readSignals(
  database: Database,
  runId: string,
): Promise<readonly { readonly key: string; readonly payload: JsonObject }[]> {
  return database.$queryRaw`SELECT key, payload FROM signal WHERE run_id = ${runId}::uuid ORDER BY created_at, key`;
}

/** Lock a resource for a run. @returns the run that holds it, which is this one when it was free or its own. */
export async function lockResource(
  database: Database,
  tenantId: string,
  resource: string,
  runId: string,
): Promise<string> {
  const rows = await database.$queryRaw<{ run_id: string }[]>`
    INSERT INTO resource_lock (tenant_id, resource, run_id) VALUES (${tenantId}, ${resource}, ${runId}::uuid)
    ON CONFLICT (tenant_id, resource) DO UPDATE SET resource = excluded.resource RETURNING run_id`;
  return rows[0]!.run_id;
}
