import type { JsonObject } from "../core/json.ts";
import type { NoticeInsert } from "../core/notice.ts";
import type { Transaction } from "./client.ts";

/** Everything one decision makes others do. */
export interface Tidings {
  readonly notices?: readonly NoticeInsert[];
  /** Dedupe key of a message to be shown anew, and how urgently. */
  readonly want?: { readonly dedupeKey: string; readonly priority?: number };
  readonly signal?: {
    readonly tenantId: string;
    readonly runId: string;
    readonly key: string;
    readonly payload: JsonObject;
  };
}

/**
 * Insert notices, bump a shown one and wake the run, with their jobs, in the caller's transaction: what `insertNotices`,
 * `wantNotice` and `sendSignal` do, folded into one statement because a vote does all three while it holds a row lock.
 */
export async function tell(transaction: Transaction, tidings: Tidings): Promise<void> {
  const { notices = [], want, signal } = tidings;
  await transaction.$executeRaw`
    WITH told AS (
      INSERT INTO notice (id, tenant_id, kind, subject_kind, subject_id, dedupe_key, channel, thread_of, payload, priority)
      SELECT n.id, n."tenantId", n.kind, n."subjectKind", n."subjectId", n."dedupeKey", n.channel, n."threadOf", n.payload, n.priority
      FROM jsonb_to_recordset(${JSON.stringify(notices)}::jsonb) AS n(id uuid, "tenantId" text, kind text, "subjectKind" text,
        "subjectId" text, "dedupeKey" text, channel text, "threadOf" text, payload jsonb, priority int)
      ON CONFLICT (dedupe_key) DO NOTHING RETURNING id, priority),
    bumped AS (
      UPDATE notice SET wanted = wanted + 1, updated_at = now() WHERE dedupe_key = ${want?.dedupeKey ?? null} RETURNING id,
        coalesce(${want?.priority ?? null}::int, priority) AS priority),
    signalled AS (
      INSERT INTO signal (run_id, key, tenant_id, payload)
      SELECT ${signal?.runId ?? null}::uuid, ${signal?.key ?? null}, ${signal?.tenantId ?? null}, ${JSON.stringify(signal?.payload ?? {})}::jsonb
      WHERE ${signal?.runId ?? null}::text IS NOT NULL ON CONFLICT (run_id, key) DO NOTHING)
    SELECT graphile_worker.add_job(task, payload := json_build_object('id', id), job_key := task || ':' || id, priority := priority, max_attempts := 25)
    FROM (SELECT 'notice' AS task, id, priority FROM told UNION ALL SELECT 'notice', id, priority FROM bumped
      UNION ALL SELECT 'run', ${signal?.runId ?? null}::uuid, 2 WHERE ${signal?.runId ?? null}::text IS NOT NULL) AS jobs`;
}
