import type { ApprovalState, StageView } from "../core/approval.ts";
import type { AuditEntry } from "../core/audit-entry.ts";
import type { StageRole, VoteRow } from "./approvals.ts";
import type { Transaction } from "./client.ts";

/** What a decision changes; absent = as it is. */
export interface ApprovalChange {
  readonly state?: ApprovalState | undefined;
  readonly decisionReason?: string | undefined;
  /** Sets `escalated_at` to now. */
  readonly escalated?: boolean;
  readonly stages?: readonly {
    readonly idx: number;
    readonly state: StageView["state"];
    readonly roles?: readonly StageRole[];
  }[];
  /** New votes, changed ones, and those whose seat another vote moved. */
  readonly votes?: readonly VoteRow[];
}

/**
 * Write a decision with its votes and audit entries. Only under the approval's row lock. One statement, because it is held
 * meanwhile. A vote's `cast_at` moves only when its choice does; a decided request leaves everybody's inbox.
 */
export async function saveDecision(
  transaction: Transaction,
  approval: { readonly id: string; readonly tenantId: string },
  change: ApprovalChange,
  audit: { readonly entries: readonly AuditEntry[]; readonly head: { readonly seq: number; readonly head: string } },
): Promise<void> {
  const { id, tenantId } = approval;
  const { state = null, decisionReason = null, escalated = false, stages = [], votes = [] } = change;
  await transaction.$executeRaw`
    WITH stages AS (
      UPDATE stage SET state = c.state, roles = coalesce(c.roles, stage.roles)
      FROM jsonb_to_recordset(${JSON.stringify(stages)}::jsonb) AS c(idx int, state text, roles jsonb)
      WHERE stage.approval_id = ${id}::uuid AND stage.idx = c.idx),
    votes AS (
      INSERT INTO vote (id, tenant_id, approval_id, stage, person_id, choice, reason, via, seat, cast_at)
      SELECT v.id, ${tenantId}, ${id}::uuid, v.stage, v."personId", v.choice, v.reason, v.via, v.seat, clock_timestamp()
      FROM jsonb_to_recordset(${JSON.stringify(votes)}::jsonb)
        AS v(id uuid, stage int, "personId" uuid, choice text, reason text, via text, seat text)
      ON CONFLICT (approval_id, stage, person_id) DO UPDATE SET choice = excluded.choice, reason = excluded.reason, via = excluded.via,
        seat = excluded.seat, cast_at = CASE WHEN vote.choice = excluded.choice THEN vote.cast_at ELSE excluded.cast_at END),
    audit AS (
      INSERT INTO audit_entry (tenant_id, subject_kind, subject_id, seq, at, action, actor, details, prev, hash)
      SELECT e."tenantId", e."subjectKind", e."subjectId", e.seq, e.at, e.action, e.actor, e.details, e.prev, e.hash
      FROM jsonb_to_recordset(${JSON.stringify(audit.entries)}::jsonb) AS e("tenantId" text, "subjectKind" text, "subjectId" text,
        seq int, at text, action text, actor text, details jsonb, prev text, hash text)),
    inbox AS (DELETE FROM candidate WHERE approval_id = ${id}::uuid AND ${state}::text IS NOT NULL)
    UPDATE approval SET state = coalesce(${state}, state),
      decided_at = CASE WHEN ${state}::text IS NULL THEN decided_at ELSE clock_timestamp() END,
      decision_reason = coalesce(${decisionReason}, decision_reason),
      escalated_at = CASE WHEN ${escalated}::boolean THEN clock_timestamp() ELSE escalated_at END,
      audit_seq = ${audit.head.seq}::int, audit_head = ${audit.head.head}
    WHERE id = ${id}::uuid`;
}
