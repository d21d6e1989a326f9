import { extendChain } from "../audit/chain.ts";
import { emptyChain } from "../core/audit-entry.ts";
import { PolicyError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { ApprovalRequest } from "../core/ports.ts";
import { findApproval, insertApproval, type NewApproval, type StageRow } from "../store/approvals.ts";
import { insertAudit } from "../store/audit.ts";
import { addCandidates } from "../store/candidates.ts";
import { addJob } from "../store/jobs.ts";
import type { NoticeInsert } from "../core/notice.ts";
import { noticeKey } from "../store/notices.ts";
import { tell } from "../store/tell.ts";
import { inTransaction } from "../store/transaction.ts";
import type { Wired } from "./deps.ts";
import { askDirectory, membershipRecord, peopleOf, stageRole, stageSeats, type Members } from "./members.ts";
import { chainOf } from "./record.ts";
import { seatsOf } from "./seats.ts";
import { canBeMet } from "./tally.ts";

/**
 * Ask for a decision, once per (run, node, revision). A role that is empty or unreachable changes nothing but that the
 * operators are alerted: the request waits and expires, it is never approved by itself (A5).
 * @throws PolicyError `bad_input` for a quorum or a time that makes no sense (A6).
 */
export async function requestApproval(deps: Wired, request: ApprovalRequest): Promise<string> {
  checkRequest(request);
  const key = { runId: request.runId, node: request.nodeId, revision: request.revision };
  const existing = await findApproval(deps.store.interactive, key);
  if (existing) return existing;
  const asked = [...request.stages.flatMap((stage) => stage.roles), ...request.expiryRoles];
  const members = await askDirectory(deps.directory, request, asked);
  return inTransaction(deps.store.interactive, async (transaction) => {
    const id = deps.newId();
    const stages = request.stages.map((stage, idx) => ({
      id: deps.newId(),
      ...stageRow(request, stage, idx, members),
    }));
    const { entries, head } = openingEntry(id, request, members, deps.clock.now());
    const approval = { ...newApproval(id, request, members), stages, audit: head };
    if (!(await insertApproval(transaction, approval))) return (await findApproval(transaction, key))!;
    await insertAudit(transaction, entries);
    const people = request.stages.flatMap((stage) => stage.roles.flatMap((role) => peopleOf(members, role.role)));
    await addCandidates(
      transaction,
      { id, tenantId: request.tenantId },
      people.filter((person) => person !== request.requesterPersonId),
    );
    const notices = alertsOf(deps, { id, request, stages, members });
    await tell(transaction, { notices, want: { dedupeKey: noticeKey.card(request.runId) } });
    const delayMs = Math.min(request.timeoutMs, request.escalation?.afterMs ?? Infinity);
    await addJob(transaction, { task: "approval", id, delayMs, priority: 2 });
    return id;
  });
}

function checkRequest(request: ApprovalRequest): void {
  const refuse = (message: string) => {
    throw new PolicyError("bad_input", `approval of ${request.nodeId}: ${message}`);
  };
  if (request.stages.length === 0) refuse("there is no stage, so nobody could decide");
  for (const stage of request.stages) {
    const count = stage.requiredApprovals;
    if (!Number.isInteger(count) || count < 1)
      refuse(`stage ${stage.name} asks for ${JSON.stringify(count)} approvals; a whole number from 1 is needed`);
    if (stage.roles.length === 0) refuse(`stage ${stage.name} names no approver`);
  }
  if (!(Number.isFinite(request.timeoutMs) && request.timeoutMs > 0)) refuse("the timeout must be more than 0 ms");
}

function stageRow(
  request: ApprovalRequest,
  stage: ApprovalRequest["stages"][number],
  idx: number,
  members: Members,
): StageRow {
  const bound = stage.roles.map((role) => stageRole(role, members));
  const row = { idx, name: stage.name, state: "pending", required: stage.requiredApprovals, roles: bound } as const;
  const { notes } = seatsOf(stageSeats(row, request.impact, members), request.requesterPersonId);
  const noted = bound.map((role) => {
    const note = notes.find((each) => each.role === role.role)?.note;
    return note === undefined ? role : { ...role, note };
  });
  return { ...row, roles: noted };
}

function newApproval(id: string, request: ApprovalRequest, members: Members): Omit<NewApproval, "stages" | "audit"> {
  const { tenantId, runId, revision, planDigest, plan, impact, card, requesterPersonId, owner, escalation, timeoutMs } =
    request;
  return {
    ...{
      id,
      tenantId,
      runId,
      revision,
      planDigest,
      plan,
      impact,
      card,
      requesterPersonId,
      owner,
      escalation,
      timeoutMs,
    },
    node: request.nodeId,
    expiryRoles: request.expiryRoles.map((role) => stageRole(role, members)),
  };
}

/** Everything a later reader needs to rebuild what was asked of whom (L6). */
function openingEntry(id: string, request: ApprovalRequest, members: Members, at: Date) {
  const { runId, nodeId, revision, planDigest, impact, card, plan, timeoutMs } = request;
  const stages = request.stages.map((stage) => ({
    name: stage.name,
    required: stage.requiredApprovals,
    roles: membershipRecord(stage.roles, members),
  }));
  const details: JsonObject = {
    ...{ runId, nodeId, revision, planDigest, impact, card, timeoutMs, stages },
    plan: JSON.parse(JSON.stringify(plan)) as JsonObject[],
    requester: request.requesterPersonId ?? null,
    owner: request.owner ?? null,
    escalation: request.escalation
      ? { afterMs: request.escalation.afterMs, roles: request.escalation.roles.map((role) => role.role) }
      : null,
  };
  const draft = { action: "approval.requested", actor: "system", details };
  return extendChain(chainOf({ id, tenantId: request.tenantId }), emptyChain, [draft], at);
}

/** The operators hear of a request that the people there are now can never decide. */
function alertsOf(
  deps: Wired,
  made: { id: string; request: ApprovalRequest; stages: readonly StageRow[]; members: Members },
): readonly NoticeInsert[] {
  const { id, request, stages, members } = made;
  const silent = stages.flatMap((stage) => stage.roles.filter((role) => !role.reached).map((role) => role.role));
  const short = stages.filter(
    (stage) => !canBeMet(stageSeats(stage, request.impact, members), request.requesterPersonId),
  );
  if (silent.length === 0 && short.length === 0) return [];
  const parts = [
    ...(silent.length > 0 ? [`nobody was found for ${[...new Set(silent)].join(", ")}`] : []),
    ...short.map((stage) => `stage ${stage.name} needs ${stage.required} people and cannot get them`),
  ];
  return [
    {
      id: deps.newId(),
      tenantId: request.tenantId,
      kind: "alert",
      subjectKind: "approval",
      subjectId: id,
      dedupeKey: `alert:unreached:${id}`,
      payload: {
        text: `An approval waits that may never be answered: ${parts.join("; ")}.`,
        runId: request.runId,
        roles: silent,
      },
      priority: 5,
    },
  ];
}
