import type { ApprovalRow, StageRole } from "../store/approvals.ts";
import type { Transaction } from "../store/client.ts";
import { noticeKey } from "../store/notices.ts";
import { tell } from "../store/tell.ts";
import type { Wired } from "./deps.ts";
import { record, tidingsOf } from "./record.ts";
import { describeDuration } from "./wording.ts";

/** Expire a pending request whose deadline has passed: a denial, told to the run, the card and the CISO (DESIGN 7.8). */
export async function expire(transaction: Transaction, deps: Wired, row: ApprovalRow): Promise<void> {
  const decisionReason = whyExpired(row);
  const details = { reason: decisionReason, planDigest: row.planDigest, expiresAt: row.expiresAt.toISOString() };
  await record(transaction, row, { state: "expired", decisionReason }, [
    { action: "approval.expired", actor: "system", details },
  ]);
  const notice = {
    id: deps.newId(),
    tenantId: row.tenantId,
    kind: "expired",
    subjectKind: "approval",
    subjectId: row.id,
    dedupeKey: noticeKey.expired(row.id),
    threadOf: noticeKey.card(row.runId),
    payload: { mention: row.expiryRoles.map(mentionOf), reason: decisionReason },
    priority: 0,
  } as const;
  await tell(transaction, { ...tidingsOf(row, "expired"), notices: [notice] });
}

/** Whom to mention for a role. */
export function mentionOf(role: StageRole) {
  return {
    role: role.role,
    ...(role.slackGroupId ? { slackGroupId: role.slackGroupId } : {}),
    slackUserIds: role.slackUserIds,
  };
}

/** "Nobody was reached", "nobody answered" and "not enough answered" are different outcomes (DESIGN 8). */
function whyExpired(row: ApprovalRow): string {
  const within = `within ${describeDuration(row.expiresAt.getTime() - row.createdAt.getTime())}`;
  const open = row.stages.find((stage) => stage.state === "pending");
  const approved = row.votes.filter((vote) => vote.stage === open?.idx && vote.seat !== null).length;
  if (row.votes.length > 0) return `only ${approved} of ${open?.required ?? 0} approvals arrived ${within}`;
  const reached = row.stages.some((stage) => stage.roles.some((role) => role.reached));
  return reached
    ? `nobody answered ${within}`
    : `nobody was reached: the directory named no approver when the request was made, and no vote came ${within}`;
}
