import type { ApprovalState, ApprovalView, StageView, VoteChoice, VoteView } from "../core/approval.ts";
import { isId } from "../core/identifiers.ts";
import type { JsonObject } from "../core/json.ts";
import type { Person, RoleBinding } from "../core/ports.ts";
import type { PlannedStep } from "../core/run.ts";
import {
  findApprovalIds,
  findSuccessors,
  readApprovals,
  type ApprovalFilter,
  type WholeApproval,
} from "../store/approval-views.ts";
import type { StageRole } from "../store/approvals.ts";
import { findPeople } from "../store/people.ts";
import type { Wired } from "./deps.ts";

/** One approval as it is shown; undefined when there is none by this id. */
export async function viewApproval(deps: Wired, approvalId: string): Promise<ApprovalView | undefined> {
  return isId(approvalId) ? (await viewAll(deps, [approvalId]))[0] : undefined;
}

/** Approvals of a tenant, newest first, at most 500. */
export async function listApprovals(deps: Wired, filter: ApprovalFilter): Promise<ApprovalView[]> {
  if (filter.runId !== undefined && !isId(filter.runId)) return [];
  return viewAll(deps, await findApprovalIds(deps.store.interactive, filter));
}

/** A few queries for the whole list, however long it is. */
async function viewAll(deps: Wired, ids: readonly string[]): Promise<ApprovalView[]> {
  const database = deps.store.interactive;
  const rows = await readApprovals(database, ids);
  const named = rows.flatMap((row) => [row.requesterPersonId ?? [], row.votes.map((vote) => vote.personId)].flat());
  const [people, successors] = await Promise.all([
    findPeople(database, [...new Set(named)]),
    findSuccessors(database, rows),
  ]);
  return rows.map((row) => viewOf(row, people, successors.get(row.id)));
}

function viewOf(row: WholeApproval, people: ReadonlyMap<string, Person>, replacedBy?: string): ApprovalView {
  const requester = row.requesterPersonId ?? undefined;
  const requesterSlackId = requester && people.get(requester)?.slackUserId;
  const escalation = row.escalation as { roles: RoleBinding[] } | null;
  return {
    id: row.id,
    tenantId: row.tenantId,
    runId: row.runId,
    nodeId: row.node,
    revision: row.revision,
    state: row.state as ApprovalState,
    planDigest: row.planDigest,
    plan: row.plan as unknown as readonly PlannedStep[],
    impact: row.impact,
    stages: row.stages.map((stage) => stageView(row, stage)),
    votes: row.votes.map((vote) => voteView(vote, people.get(vote.personId))),
    ...(requester ? { requesterPersonId: requester } : {}),
    ...(requesterSlackId ? { requesterSlackId } : {}),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    ...(row.decidedAt ? { decidedAt: row.decidedAt.toISOString() } : {}),
    ...(row.decisionReason === null ? {} : { decisionReason: row.decisionReason }),
    ...(row.escalatedAt ? { escalatedAt: row.escalatedAt.toISOString() } : {}),
    escalatedTo: row.escalatedAt ? (escalation?.roles ?? []).map((role) => role.role) : [],
    ...(replacedBy ? { replacedBy } : {}),
    card: row.card as JsonObject,
  };
}

function stageView(row: WholeApproval, stage: WholeApproval["stages"][number]): StageView {
  const roles = stage.roles as unknown as readonly StageRole[];
  return {
    index: stage.idx,
    name: stage.name,
    state: stage.state as StageView["state"],
    required: stage.required,
    approved: row.votes.filter((vote) => vote.stage === stage.idx && vote.seat !== null).length,
    roles: roles.map(({ role, slackGroupId, slackUserIds, note }) => ({
      role,
      ...(slackGroupId ? { slackGroupId } : {}),
      slackUserIds,
      ...(note ? { note } : {}),
    })),
  };
}

function voteView(vote: WholeApproval["votes"][number], person: Person | undefined): VoteView {
  return {
    personId: vote.personId,
    name: person?.displayName ?? vote.personId,
    ...(person?.slackUserId ? { slackUserId: person.slackUserId } : {}),
    choice: vote.choice as VoteChoice,
    ...(vote.reason === null ? {} : { reason: vote.reason }),
    stage: vote.stage,
    castAt: vote.castAt.toISOString(),
    ...(vote.seat === null ? {} : { seat: vote.seat }),
    via: vote.via,
  };
}
