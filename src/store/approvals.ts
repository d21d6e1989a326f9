import type { ApprovalState, StageView, VoteChoice } from "../core/approval.ts";
import type { JsonObject } from "../core/json.ts";
import type { RoleBinding } from "../core/ports.ts";
import type { Transaction } from "./client.ts";

/** A role of a stage as bound, with what the directory said when it was asked to vote. */
export interface StageRole extends RoleBinding {
  /** Added by an escalation: its people may fill any seat. */
  readonly escalated?: boolean;
  readonly slackGroupId?: string;
  readonly slackUserIds: readonly string[];
  /** Whether the directory named anybody at that moment. */
  readonly reached: boolean;
  readonly note?: string;
}

export interface StageRow {
  readonly idx: number;
  readonly name: string;
  readonly state: StageView["state"];
  readonly required: number;
  readonly roles: readonly StageRole[];
}

/** A person's choice in a stage; the last one counts (A18). */
export interface VoteRow {
  readonly id: string;
  readonly stage: number;
  readonly personId: string;
  readonly choice: VoteChoice;
  readonly reason: string | null;
  readonly via: string;
  /** The role whose seat it fills by the last count. */
  readonly seat: string | null;
}

/** What deciding needs of an approval, judged by the database's clock at the moment it was read. */
export interface ApprovalRow {
  readonly id: string;
  readonly tenantId: string;
  readonly runId: string;
  readonly node: string;
  readonly revision: number;
  readonly state: ApprovalState;
  readonly planDigest: string;
  readonly impact: string;
  readonly requesterPersonId: string | null;
  readonly owner: string | null;
  readonly escalation: { readonly roles: readonly RoleBinding[] } | null;
  readonly expiryRoles: readonly StageRole[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly escalateAt: Date | null;
  readonly escalatedAt: Date | null;
  readonly decisionReason: string | null;
  readonly auditSeq: number;
  readonly auditHead: string;
  readonly now: Date;
  /** `expiresAt` has passed. */
  readonly overdue: boolean;
  /** `escalateAt` has passed and nobody was added yet. */
  readonly escalationDue: boolean;
  readonly stages: readonly StageRow[];
  readonly votes: readonly VoteRow[];
}

export interface NewApproval {
  readonly id: string;
  readonly tenantId: string;
  readonly runId: string;
  readonly node: string;
  readonly revision: number;
  readonly planDigest: string;
  readonly plan: readonly unknown[];
  readonly impact: string;
  readonly card: JsonObject;
  readonly requesterPersonId?: string | undefined;
  readonly owner?: string | undefined;
  readonly escalation?: { readonly afterMs: number; readonly roles: readonly RoleBinding[] } | undefined;
  readonly expiryRoles: readonly StageRole[];
  readonly timeoutMs: number;
  readonly audit: { readonly seq: number; readonly head: string };
  readonly stages: readonly (StageRow & { readonly id: string })[];
}

/** The id of the request of (run, node, revision), when there is one. */
export async function findApproval(
  transaction: Transaction,
  key: { readonly runId: string; readonly node: string; readonly revision: number },
): Promise<string | undefined> {
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM approval WHERE run_id = ${key.runId}::uuid AND node = ${key.node} AND revision = ${key.revision}::int`;
  return rows[0]?.id;
}

/**
 * Insert a request with its stages; false when (run, node, revision) has one already. Deadlines count from the database's
 * clock in whole milliseconds, so that a job set for them is never a fraction too early.
 */
export async function insertApproval(transaction: Transaction, approval: NewApproval): Promise<boolean> {
  const { escalation } = approval;
  const inserted = await transaction.$executeRaw`
    INSERT INTO approval (id, tenant_id, run_id, node, revision, state, plan_digest, plan, impact, card, requester_person_id, owner,
      escalation, expiry_roles, created_at, expires_at, escalate_at, audit_seq, audit_head)
    SELECT ${approval.id}::uuid, ${approval.tenantId}, ${approval.runId}::uuid, ${approval.node}, ${approval.revision}::int, 'pending',
      ${approval.planDigest}, ${JSON.stringify(approval.plan)}::jsonb, ${approval.impact}, ${JSON.stringify(approval.card)}::jsonb,
      ${approval.requesterPersonId ?? null}::uuid, ${approval.owner ?? null}, ${escalation ? JSON.stringify(escalation) : null}::jsonb,
      ${JSON.stringify(approval.expiryRoles)}::jsonb, t.now, t.now + ${approval.timeoutMs}::float8 * interval '1 millisecond',
      t.now + ${escalation?.afterMs ?? null}::float8 * interval '1 millisecond', ${approval.audit.seq}::int, ${approval.audit.head}
    FROM (SELECT date_trunc('milliseconds', now()) AS now) t
    ON CONFLICT (run_id, node, revision) DO NOTHING`;
  if (inserted === 0) return false;
  await transaction.$executeRaw`
    INSERT INTO stage (id, tenant_id, approval_id, idx, name, roles, required, state)
    SELECT s.id, ${approval.tenantId}, ${approval.id}::uuid, s.idx, s.name, s.roles, s.required, s.state
    FROM jsonb_to_recordset(${JSON.stringify(approval.stages)}::jsonb)
      AS s(id uuid, idx int, name text, roles jsonb, required int, state text)`;
  return true;
}

/** An approval with its stages and votes as last committed; no lock. */
export async function readApproval(transaction: Transaction, id: string): Promise<ApprovalRow | undefined> {
  const rows = await transaction.$queryRaw<ApprovalRow[]>`
    SELECT a.id, a.tenant_id AS "tenantId", a.run_id AS "runId", a.node, a.revision, a.state, a.plan_digest AS "planDigest", a.impact,
      a.requester_person_id AS "requesterPersonId", a.owner, a.escalation, a.expiry_roles AS "expiryRoles", a.created_at AS "createdAt",
      a.expires_at AS "expiresAt", a.escalate_at AS "escalateAt", a.escalated_at AS "escalatedAt", a.decision_reason AS "decisionReason",
      a.audit_seq AS "auditSeq", a.audit_head AS "auditHead", clock_timestamp() AS "now", a.expires_at <= clock_timestamp() AS overdue,
      a.escalated_at IS NULL AND coalesce(a.escalate_at <= clock_timestamp(), false) AS "escalationDue",
      (SELECT jsonb_agg(jsonb_build_object('idx', s.idx, 'name', s.name, 'state', s.state, 'required', s.required, 'roles', s.roles)
        ORDER BY s.idx) FROM stage s WHERE s.approval_id = a.id) AS stages,
      coalesce((SELECT jsonb_agg(jsonb_build_object('id', v.id, 'stage', v.stage, 'personId', v.person_id, 'choice', v.choice,
        'reason', v.reason, 'via', v.via, 'seat', v.seat) ORDER BY v.cast_at, v.id) FROM vote v WHERE v.approval_id = a.id), '[]') AS votes
    FROM approval a WHERE a.id = ${id}::uuid`;
  return rows[0];
}

/**
 * Take the approval's row lock, then read. Two statements on purpose: the one that waited for the lock still sees the other
 * tables as they were before it waited, and would miss the vote it waited for (reliability 0.1).
 */
export async function lockApproval(transaction: Transaction, id: string): Promise<ApprovalRow | undefined> {
  await transaction.$queryRaw`SELECT id FROM approval WHERE id = ${id}::uuid FOR UPDATE`;
  return readApproval(transaction, id);
}
