import { extendChain } from "../audit/chain.ts";
import type { AuditDraft } from "../core/audit-entry.ts";
import { saveDecision, type ApprovalChange } from "../store/approval-write.ts";
import type { ApprovalRow } from "../store/approvals.ts";
import type { Transaction } from "../store/client.ts";
import { noticeKey } from "../store/notices.ts";
import type { Tidings } from "../store/tell.ts";

/** The chain an approval's entries stand in. */
export function chainOf(approval: { readonly id: string; readonly tenantId: string }) {
  return { tenantId: approval.tenantId, subjectKind: "approval", subjectId: approval.id } as const;
}

/** Write a decision and its audit entries. Only under the approval's row lock, on the row as read under it. */
export async function record(
  transaction: Transaction,
  row: ApprovalRow,
  change: ApprovalChange,
  drafts: readonly AuditDraft[],
): Promise<void> {
  const audit = extendChain(chainOf(row), { seq: row.auditSeq, head: row.auditHead }, drafts, row.now);
  await saveDecision(transaction, row, change, audit);
}

/** What everybody learns of a decision: the card before anything else, and the run by its signal. */
export function tidingsOf(
  row: Pick<ApprovalRow, "id" | "runId" | "tenantId">,
  state: "approved" | "denied" | "expired",
): Required<Pick<Tidings, "want" | "signal">> {
  const { id, runId, tenantId } = row;
  return {
    want: { dedupeKey: noticeKey.card(runId), priority: 0 },
    signal: { tenantId, runId, key: `approval:${id}:${state}`, payload: { approvalId: id, state } },
  };
}
