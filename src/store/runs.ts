import type { AuditEntry } from "../core/audit-entry.ts";
import type { JsonObject } from "../core/json.ts";
import type { RunKind, RunState } from "../core/run.ts";
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
 * Insert a pending run, its audit entries and its job in one statement.
 * @returns the run's id; the open run's, when one with the same dedupe key has not finished.
 */
export async function insertRun(
  transaction: Transaction,
  run: NewRun,
): Promise<{ readonly runId: string; readonly created: boolean }> {
  const last = run.audit.at(-1);
  const row = { ...run, auditSeq: last?.seq ?? 0, auditHead: last?.hash ?? "0".repeat(64) };
  const inserted = await transaction.$queryRawUnsafe<unknown[]>(insertRunSql, JSON.stringify([row]));
  if (inserted[0]) return { runId: run.id, created: true };
  const open = await transaction.run.findFirst({
    where: { tenantId: run.tenantId, dedupeKey: run.dedupeKey, finished: false },
    select: { id: true },
  });
  // The open run may have finished between the two statements: then this one can go in.
  return open ? { runId: open.id, created: false } : insertRun(transaction, run);
}

/** $1: JSON array of NewRun with the head of its audit chain. What is refused leaves nothing behind. */
const insertRunSql = `
  WITH member AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS m(id uuid, "tenantId" text, kind text, workflow text, "workflowDigest" text,
      "eventId" uuid, "findingId" uuid, "parentId" uuid, "requesterPersonId" uuid, data jsonb, "dedupeKey" text, priority int,
      "auditSeq" int, "auditHead" text, audit jsonb)
  ), made AS (
    INSERT INTO run (id, tenant_id, kind, workflow, workflow_digest, event_id, finding_id, parent_id, requester_person_id, state, data,
      dedupe_key, priority, audit_seq, audit_head)
    SELECT id, "tenantId", kind, workflow, "workflowDigest", "eventId", "findingId", "parentId", "requesterPersonId", 'pending', data,
      "dedupeKey", priority, "auditSeq", "auditHead" FROM member
    ON CONFLICT (tenant_id, dedupe_key) WHERE NOT finished DO NOTHING RETURNING id, priority
  ), audited AS (
    INSERT INTO audit_entry (tenant_id, subject_kind, subject_id, seq, at, action, actor, details, prev, hash)
    SELECT e."tenantId", e."subjectKind", e."subjectId", e.seq, e.at, e.action, e.actor, e.details, e.prev, e.hash
    FROM made JOIN member ON member.id = made.id, jsonb_to_recordset(member.audit) AS e("tenantId" text, "subjectKind" text,
      "subjectId" text, seq int, at text, action text, actor text, details jsonb, prev text, hash text)
  ), job AS MATERIALIZED (
    SELECT array_agg(('run', json_build_object('id', id), NULL, now(), 25, 'run:' || id, priority, NULL)::graphile_worker.job_spec) AS specs
    FROM made
  ), woken AS MATERIALIZED (
    SELECT count(*) FROM job, LATERAL graphile_worker.add_jobs(job.specs) WHERE job.specs IS NOT NULL
  )
  SELECT made.id::text AS id FROM made, woken`;

/** A run as it was taken over, with the event it was started for. */
export type ClaimedRun = RunRow & { readonly event: JsonObject | null };

/**
 * Take runs over: compare-and-set of owner and epoch, in the order of their ids so that claims never lock each other out.
 * What the worker owns already it may take again: the caller drives a run once at a time, so that is a claim whose answer
 * was lost, or a run that could not be given back while the database was away.
 * @returns those that somebody could have: not what is finished or driven by somebody else.
 */
export async function claimRuns(
  database: Database,
  ids: readonly string[],
  worker: string,
): Promise<readonly ClaimedRun[]> {
  return database.$queryRaw<ClaimedRun[]>`
    WITH free AS MATERIALIZED (
      SELECT id FROM run WHERE id = ANY(${ids}::uuid[]) AND (owner IS NULL OR owner = ${worker}::uuid) AND NOT finished
      ORDER BY id FOR UPDATE
    )
    UPDATE run r SET owner = ${worker}::uuid, epoch = r.epoch + 1 FROM free WHERE r.id = free.id
    RETURNING r.id, r.tenant_id AS "tenantId", r.kind, r.workflow, r.workflow_digest AS "workflowDigest", r.event_id AS "eventId",
      r.parent_id AS "parentId", r.requester_person_id AS "requesterPersonId", r.state, r.reason, r.data, r.revision, r.owner, r.epoch,
      r.priority, r.finished, r.audit_seq AS "auditSeq", r.audit_head AS "auditHead", r.created_at AS "createdAt",
      r.updated_at AS "updatedAt", r.finished_at AS "finishedAt", (SELECT e.body FROM event e WHERE e.id = r.event_id) AS event`;
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
