import type { AuditEntry } from "../core/audit-entry.ts";
import type { Database } from "./client.ts";

/** Where reading the chains goes on: behind this entry. */
export type ChainPosition = Pick<AuditEntry, "subjectKind" | "subjectId" | "seq">;

/** Entries chain by chain, each in its order, behind a position. */
export async function readChains(
  database: Database,
  behind: ChainPosition,
  limit: number,
): Promise<readonly AuditEntry[]> {
  return database.$queryRaw<AuditEntry[]>`
    SELECT tenant_id AS "tenantId", subject_kind AS "subjectKind", subject_id AS "subjectId", seq, at, action, actor, details, prev, hash
    FROM audit_entry WHERE (subject_kind, subject_id, seq) > (${behind.subjectKind}, ${behind.subjectId}, ${behind.seq}::int)
    ORDER BY subject_kind, subject_id, seq LIMIT ${limit}::int`;
}

/** One chain, in its order: for export and for pages. */
export async function readChain(
  database: Database,
  subject: Pick<AuditEntry, "subjectKind" | "subjectId">,
): Promise<readonly AuditEntry[]> {
  return database.$queryRaw<AuditEntry[]>`
    SELECT tenant_id AS "tenantId", subject_kind AS "subjectKind", subject_id AS "subjectId", seq, at, action, actor, details, prev, hash
    FROM audit_entry WHERE subject_kind = ${subject.subjectKind} AND subject_id = ${subject.subjectId} ORDER BY seq`;
}

/** A row that keeps the head of its chain, beside what the chain really ends with. */
export interface HeadRow {
  readonly id: string;
  readonly seq: number;
  readonly head: string;
  /** The hash of the entry at `seq`; null when there is none. */
  readonly hash: string | null;
  /** Whether the chain goes on behind `seq`. */
  readonly longer: boolean;
}

const firstId = "00000000-0000-0000-0000-000000000000";

/** Heads of run or approval rows with ids above `after`; row and entry are read in one snapshot. */
export async function readHeads(
  database: Database,
  kind: "run" | "approval",
  after: string | undefined,
  limit: number,
): Promise<readonly HeadRow[]> {
  const from = after ?? firstId;
  return kind === "run"
    ? database.$queryRaw<HeadRow[]>`
        SELECT r.id, r.audit_seq AS seq, r.audit_head AS head, e.hash, EXISTS (SELECT 1 FROM audit_entry n
          WHERE n.subject_kind = 'run' AND n.subject_id = r.id::text AND n.seq = r.audit_seq + 1) AS longer
        FROM (SELECT id, audit_seq, audit_head FROM run WHERE id > ${from}::uuid ORDER BY id LIMIT ${limit}::int) r
        LEFT JOIN audit_entry e ON e.subject_kind = 'run' AND e.subject_id = r.id::text AND e.seq = r.audit_seq ORDER BY r.id`
    : database.$queryRaw<HeadRow[]>`
        SELECT r.id, r.audit_seq AS seq, r.audit_head AS head, e.hash, EXISTS (SELECT 1 FROM audit_entry n
          WHERE n.subject_kind = 'approval' AND n.subject_id = r.id::text AND n.seq = r.audit_seq + 1) AS longer
        FROM (SELECT id, audit_seq, audit_head FROM approval WHERE id > ${from}::uuid ORDER BY id LIMIT ${limit}::int) r
        LEFT JOIN audit_entry e ON e.subject_kind = 'approval' AND e.subject_id = r.id::text AND e.seq = r.audit_seq ORDER BY r.id`;
}

/** Heads of the tenants' administration chains (`control`, key `audit`). */
export async function readTenantHeads(database: Database): Promise<readonly HeadRow[]> {
  return database.$queryRaw<HeadRow[]>`
    SELECT c.tenant_id AS id, (c.value->>'seq')::int AS seq, c.value->>'head' AS head, e.hash, EXISTS (SELECT 1 FROM audit_entry n
      WHERE n.subject_kind = 'tenant' AND n.subject_id = c.tenant_id AND n.seq = (c.value->>'seq')::int + 1) AS longer
    FROM control c LEFT JOIN audit_entry e ON e.subject_kind = 'tenant' AND e.subject_id = c.tenant_id AND e.seq = (c.value->>'seq')::int
    WHERE c.key = 'audit'`;
}

/** Which of these subjects have a row that keeps their head. */
export async function knownSubjects(
  database: Database,
  kind: AuditEntry["subjectKind"],
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const list = JSON.stringify(ids);
  const rows =
    kind === "run"
      ? await database.$queryRaw<{ id: string }[]>`
          SELECT id FROM run WHERE id IN (SELECT jsonb_array_elements_text(${list}::jsonb)::uuid)`
      : kind === "approval"
        ? await database.$queryRaw<{ id: string }[]>`
            SELECT id FROM approval WHERE id IN (SELECT jsonb_array_elements_text(${list}::jsonb)::uuid)`
        : await database.$queryRaw<{ id: string }[]>`
            SELECT tenant_id AS id FROM control WHERE key = 'audit' AND tenant_id IN (SELECT jsonb_array_elements_text(${list}::jsonb))`;
  return new Set(rows.map((row) => row.id));
}
