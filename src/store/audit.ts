import type { AuditEntry } from "../core/audit-entry.ts";
import type { Transaction } from "./client.ts";

/** Insert entries that already have their places. A fork fails on the unique keys, and with it the caller's transaction. */
export async function insertAudit(transaction: Transaction, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = JSON.stringify(entries);
  await transaction.$executeRaw`
    INSERT INTO audit_entry (tenant_id, subject_kind, subject_id, seq, at, action, actor, details, prev, hash)
    SELECT e."tenantId", e."subjectKind", e."subjectId", e.seq, e.at, e.action, e.actor, e.details, e.prev, e.hash
    FROM jsonb_to_recordset(${rows}::jsonb) AS e("tenantId" text, "subjectKind" text, "subjectId" text, seq int, at text,
      action text, actor text, details jsonb, prev text, hash text)`;
}
