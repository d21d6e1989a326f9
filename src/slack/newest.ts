import type { ApprovalView } from "../core/approval.ts";

/** The request that counts: the last one made. */
export function newest(approvals: readonly ApprovalView[]): ApprovalView | undefined {
  const later = (a: ApprovalView, b: ApprovalView) =>
    a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.revision > b.revision) ? a : b;
  return approvals.length === 0 ? undefined : approvals.reduce(later);
}
