import { lockApproval, readApproval, type ApprovalRow } from "../store/approvals.ts";
import { addCandidates } from "../store/candidates.ts";
import type { Transaction } from "../store/client.ts";
import { addJob } from "../store/jobs.ts";
import { noticeKey } from "../store/notices.ts";
import { tell } from "../store/tell.ts";
import { inTransaction } from "../store/transaction.ts";
import type { Wired } from "./deps.ts";
import { expire, mentionOf } from "./expire.ts";
import { askDirectory, membershipRecord, peopleOf, stageRole, type Members } from "./members.ts";
import { record } from "./record.ts";

/**
 * What the clock does to a request (the job `approval:<id>`): expire it when its deadline has passed, else add people when
 * that is due, and come back for what is still to come. Judged by the database's clock under the row lock; calling it too
 * early or twice does nothing.
 */
export async function wake(deps: Wired, approvalId: string): Promise<void> {
  const database = deps.store.interactive;
  const seen = await readApproval(database, approvalId);
  if (seen?.state !== "pending") return;
  const roles = seen.escalationDue && !seen.overdue ? (seen.escalation?.roles ?? []) : [];
  const members = await askDirectory(deps.directory, seen, roles);
  await inTransaction(database, async (transaction) => {
    const row = await lockApproval(transaction, approvalId);
    if (row?.state !== "pending") return;
    if (row.overdue) return expire(transaction, deps, row);
    // Due only since the first look: then the directory was not asked yet, and the job comes back at once.
    const escalating = row.escalationDue && seen.escalationDue;
    if (escalating) await escalate(transaction, deps, row, members);
    const toCome = escalating || row.escalatedAt ? null : row.escalateAt;
    const at = toCome && toCome < row.expiresAt ? toCome : row.expiresAt;
    await addJob(transaction, { task: "approval", id: row.id, at, priority: 2 });
  });
}

/** Add the escalation's people to every open stage; the count and the deadline stay as they are (A17). */
async function escalate(transaction: Transaction, deps: Wired, row: ApprovalRow, members: Members): Promise<void> {
  const roles = row.escalation?.roles ?? [];
  const added = roles.map((role) => stageRole(role, members, { escalated: true }));
  const open = row.stages.filter((stage) => stage.state === "pending");
  const stages = open.map((stage) => ({ idx: stage.idx, state: stage.state, roles: [...stage.roles, ...added] }));
  const details = { roles: membershipRecord(roles, members), expiresAt: row.expiresAt.toISOString() };
  await record(transaction, row, { escalated: true, stages }, [
    { action: "approval.escalated", actor: "system", details },
  ]);
  const people = roles.flatMap((role) => peopleOf(members, role.role));
  await addCandidates(
    transaction,
    row,
    people.filter((person) => person !== row.requesterPersonId),
  );
  const notice = {
    id: deps.newId(),
    tenantId: row.tenantId,
    kind: "milestone",
    subjectKind: "run",
    subjectId: row.runId,
    dedupeKey: noticeKey.milestone(row.runId, `escalated:${row.id}`),
    threadOf: noticeKey.card(row.runId),
    payload: { what: "escalated", approvalId: row.id, roles: added.map(mentionOf) },
    priority: 0,
  } as const;
  await tell(transaction, { notices: [notice], want: { dedupeKey: noticeKey.card(row.runId), priority: 0 } });
}
