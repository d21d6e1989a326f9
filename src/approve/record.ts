import { extendChain } from "../audit/chain.ts";
import type { AuditDraft } from "../core/audit-entry.ts";
import { saveApproval, type ApprovalChange, type ApprovalRow } from "../store/approvals.ts";
import { insertAudit } from "../store/audit.ts";
import type { Transaction } from "../store/client.ts";
import { noticeKey, wantNotice } from "../store/notices.ts";
import { sendSignal } from "../store/signals.ts";

/** The chain an approval's entries stand in. */
export function chainOf(approval: { readonly id: string; readonly tenantId: string }) {
  return { tenantId: approval.tenantId, subjectKind: "approval", subjectId: approval.id } as const;
}

/** Write a decision and its audit entries. Only under the approval's row lock, on the row as read under it. */
export async function record(
  transaction: Transaction,
  row: ApprovalRow,
  change: Omit<ApprovalChange, "audit">,
  drafts: readonly AuditDraft[],
): Promise<void> {
  const { entries, head } = extendChain(chainOf(row), { seq: row.auditSeq, head: row.auditHead }, drafts, row.now);
  await saveApproval(transaction, row.id, { ...change, audit: head });
  await insertAudit(transaction, entries);
}

/** Tell the run and the card that the request is decided, in the transaction that decided it. */
export async function announce(
  transaction: Transaction,
  row: Pick<ApprovalRow, "id" | "runId" | "tenantId">,
  state: "approved" | "denied" | "expired",
): Promise<void> {
  await wantNotice(transaction, noticeKey.card(row.runId), { priority: 0 });
  await sendSignal(transaction, {
    tenantId: row.tenantId,
    runId: row.runId,
    key: `approval:${row.id}:${state}`,
    payload: { approvalId: row.id, state },
  });
}
