import { PolicyError } from "../core/errors.ts";
import { lockApproval } from "../store/approvals.ts";
import { noticeKey } from "../store/notices.ts";
import { tell } from "../store/tell.ts";
import { inTransaction } from "../store/transaction.ts";
import type { Wired } from "./deps.ts";
import { record } from "./record.ts";

/**
 * End a request that is pending, or an approved one that no longer fits, under the row lock. One that is already denied,
 * expired or ended stays as it is.
 * @throws PolicyError `not_found`.
 */
export async function endApproval(
  deps: Wired,
  approvalId: string,
  state: "cancelled" | "superseded",
  reason: string,
  actor: string,
): Promise<void> {
  await inTransaction(deps.store.interactive, async (transaction) => {
    const row = await lockApproval(transaction, approvalId);
    if (!row) throw new PolicyError("not_found", `there is no approval ${approvalId}`);
    if (row.state !== "pending" && row.state !== "approved") return;
    const details = { reason, was: row.state, planDigest: row.planDigest, revision: row.revision };
    await record(transaction, row, { state, decisionReason: reason }, [
      { action: `approval.${state}`, actor, details },
    ]);
    await tell(transaction, { want: { dedupeKey: noticeKey.card(row.runId), priority: 0 } });
  });
}
