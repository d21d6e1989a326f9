import type { VoteOutcome } from "../core/approval.ts";
import type { AuditDraft } from "../core/audit-entry.ts";
import { PolicyError } from "../core/errors.ts";
import { isId } from "../core/identifiers.ts";
import type { Person } from "../core/ports.ts";
import { lockApproval, readApproval, type ApprovalRow, type VoteRow } from "../store/approvals.ts";
import type { Transaction } from "../store/client.ts";
import type { NoticeInsert } from "../core/notice.ts";
import { noticeKey } from "../store/notices.ts";
import { tell } from "../store/tell.ts";
import { inTransaction } from "../store/transaction.ts";
import { currentStage, ruleOnVote, type Ruling } from "./decide.ts";
import type { VoteAttempt, Wired } from "./deps.ts";
import { expire } from "./expire.ts";
import { askDirectory, membershipRecord, situationOf, type Members } from "./members.ts";
import { record, tidingsOf } from "./record.ts";
import { cleanReason, refuse } from "./wording.ts";

type Counted = Extract<Ruling, { kind: "counted" }>;

/**
 * Cast a vote. The directory is asked before the row lock is taken; everything else (count, decision, notices, audit, the
 * run's signal) is one transaction under it (DESIGN 8). A refusal changes nothing and says why.
 * @throws PolicyError `conflict` when the request kept changing while the directory was asked.
 */
export async function castVote(deps: Wired, attempt: VoteAttempt): Promise<VoteOutcome> {
  for (let tries = 0; tries < 3; tries++) {
    const seen = isId(attempt.approvalId) ? await readApproval(deps.store.interactive, attempt.approvalId) : undefined;
    if (!seen) return refuse("forged_reference");
    const early = seen.overdue ? undefined : refuseEarly(seen, attempt);
    if (early && early.code !== "forged_reference") return early;
    const members = early || seen.overdue ? new Map() : await askAbout(deps, seen);
    const active = early || seen.overdue ? true : await isActive(deps, attempt.person);
    const outcome = await inTransaction(deps.store.interactive, (transaction) =>
      underLock(transaction, deps, { attempt, seen, members, active }),
    );
    if (outcome !== "changed meanwhile") return outcome;
  }
  throw new PolicyError("conflict", "the request kept changing while your vote was checked", { hint: "vote again" });
}

/** Refusals that need neither directory nor lock; asked again under the lock. */
function refuseEarly(row: ApprovalRow, attempt: VoteAttempt) {
  if (row.tenantId !== attempt.person.tenantId) return refuse("forged_reference");
  if (attempt.revision !== undefined && attempt.revision !== row.revision) return refuse("stale_revision", row.state);
  if (row.state !== "pending") return refuse("already_decided", row.state);
  if (row.requesterPersonId === attempt.person.id) return refuse("own_request", row.state);
  return undefined;
}

function askAbout(deps: Wired, row: ApprovalRow): Promise<Members> {
  const roles = row.stages.slice(0, currentStage(row) + 1).flatMap((stage) => stage.roles);
  return askDirectory(deps.directory, row, roles);
}

/** A live look at the person (A3); undefined when nobody could say. */
async function isActive(deps: Wired, person: Person): Promise<boolean | undefined> {
  return deps.directory.isActive(person).catch(() => undefined);
}

interface Ballot {
  readonly attempt: VoteAttempt;
  /** As read before the directory was asked. */
  readonly seen: ApprovalRow;
  readonly members: Members;
  readonly active: boolean | undefined;
}

async function underLock(
  transaction: Transaction,
  deps: Wired,
  ballot: Ballot,
): Promise<VoteOutcome | "changed meanwhile"> {
  const { attempt, seen, members, active } = ballot;
  const row = await lockApproval(transaction, attempt.approvalId);
  if (!row) return refuse("forged_reference");
  const early = refuseEarly(row, attempt);
  if (early?.code === "forged_reference") {
    await record(transaction, row, {}, [forgery(attempt)]);
    return early;
  }
  if (early && early.code !== "own_request") return early;
  if (row.overdue) {
    await expire(transaction, deps, row);
    return refuse("already_decided", "expired");
  }
  if (early) return early;
  const moved = currentStage(row) !== currentStage(seen) || Boolean(row.escalatedAt) !== Boolean(seen.escalatedAt);
  if (moved || seen.overdue) return "changed meanwhile";
  const ruling = ruleOnVote(situationOf(row, members), { personId: attempt.person.id, choice: attempt.choice });
  if (active === false) return refuse("not_an_approver", row.state);
  const unsure = [...members.values()].some((membership) => membership.status === "unreachable");
  if (active === undefined || (ruling.kind === "refused" && ruling.code === "not_an_approver" && unsure))
    return refuse("directory_unreachable", row.state);
  if (ruling.kind === "refused") return refuse(ruling.code, row.state);
  return write(transaction, deps, { ballot, row, ruling });
}

async function write(
  transaction: Transaction,
  deps: Wired,
  { ballot, row, ruling }: { ballot: Ballot; row: ApprovalRow; ruling: Counted },
): Promise<VoteOutcome> {
  const { attempt } = ballot;
  const { next, tally, stage, changed } = ruling;
  const reason = cleanReason(attempt.reason);
  const votes = voteRows(row, ruling, { id: deps.newId(), reason: reason ?? null, via: attempt.via });
  const state = next.state === "approved" || next.state === "denied" ? next.state : undefined;
  const stageState = next.stages[stage]!.state;
  if (!changed && votes.length === 0 && stageState === row.stages[stage]!.state)
    return { outcome: "counted", state: row.state, approved: tally.approved, required: tally.required, changed };
  const stages = stageState === row.stages[stage]!.state ? [] : [{ idx: stage, state: stageState }];
  const decisionReason = state && whyDecided(state, attempt.person, ruling, reason);
  await record(transaction, row, { state, decisionReason, stages, votes }, [
    ...(changed ? [voteEntry(row, ballot, ruling, reason)] : []),
    ...(stages.length > 0 ? [decision(`stage.${stageState}`, row, { stage, seats: ruling.tally.filled })] : []),
    ...(state ? [decision(`approval.${state}`, row, { reason: decisionReason ?? "" })] : []),
  ]);
  const notices = changed ? [voteNotice(deps, row, { attempt, stage, reason, voteId: voteIdOf(votes, attempt) })] : [];
  const card = { want: { dedupeKey: noticeKey.card(row.runId) } };
  await tell(transaction, { notices, ...(state ? tidingsOf(row, state) : card) });
  const { approved, required } = tally;
  return { outcome: "counted", state: next.state, approved, required, changed };
}

/** The rows that differ from what is stored: the cast vote, and votes that changed their seat. */
function voteRows(row: ApprovalRow, ruling: Counted, cast: Pick<VoteRow, "id" | "reason" | "via">): readonly VoteRow[] {
  const stored = (vote: { stage: number; personId: string }) =>
    row.votes.find((each) => each.stage === vote.stage && each.personId === vote.personId);
  return ruling.next.votes.flatMap((vote): VoteRow[] => {
    const before = stored(vote);
    if (before?.choice === vote.choice) return before.seat === vote.seat ? [] : [{ ...before, seat: vote.seat }];
    const { stage, personId, choice, seat } = vote;
    return [{ ...cast, id: before?.id ?? cast.id, stage, personId, choice, seat }];
  });
}

const voteIdOf = (votes: readonly VoteRow[], attempt: VoteAttempt) =>
  votes.find((vote) => vote.personId === attempt.person.id)!.id;

function whyDecided(state: "approved" | "denied", person: Person, ruling: Counted, reason: string | undefined): string {
  if (state === "denied") return `denied by ${person.displayName}${reason ? `: ${reason}` : ""}`;
  const total = ruling.next.votes.filter((vote) => vote.seat !== null).length;
  return `approved by ${total === 1 ? "1 person" : `${total} people`}`;
}

/** Who, on which digest, and who held the roles at that moment (L6). */
function voteEntry(row: ApprovalRow, ballot: Ballot, ruling: Counted, reason: string | undefined): AuditDraft {
  const { attempt, members } = ballot;
  const { id, displayName, slackUserId, slackTeamId } = attempt.person;
  const again = row.votes.some((vote) => vote.stage === ruling.stage && vote.personId === id);
  return {
    action: again ? "vote.changed" : "vote.cast",
    actor: `person:${id}`,
    details: {
      ...{ runId: row.runId, node: row.node, revision: row.revision, planDigest: row.planDigest },
      ...{ choice: attempt.choice, reason: reason ?? null, via: attempt.via, stage: ruling.stage },
      ...(attempt.osUser === undefined ? {} : { os_user: attempt.osUser }),
      person: { id, name: displayName, slackUserId: slackUserId ?? null, slackTeamId: slackTeamId ?? null },
      members: membershipRecord(row.stages[ruling.stage]!.roles, members),
      approved: ruling.tally.approved,
      required: ruling.tally.required,
    },
  };
}

function decision(action: string, row: ApprovalRow, details: Record<string, unknown>): AuditDraft {
  const known = { planDigest: row.planDigest, revision: row.revision, ...details };
  return { action, actor: "system", details: known };
}

/** Somebody of another tenant named this request (S5). */
function forgery({ person, via }: VoteAttempt): AuditDraft {
  const details = { code: "forged_reference", personTenant: person.tenantId, via };
  return { action: "vote.refused", actor: `person:${person.id}`, details };
}

function voteNotice(
  deps: Wired,
  row: ApprovalRow,
  cast: { attempt: VoteAttempt; stage: number; reason: string | undefined; voteId: string },
): NoticeInsert {
  const { attempt, stage, reason, voteId } = cast;
  return {
    id: deps.newId(),
    tenantId: row.tenantId,
    kind: "vote",
    subjectKind: "approval",
    subjectId: row.id,
    dedupeKey: noticeKey.vote(voteId, attempt.choice),
    threadOf: noticeKey.card(row.runId),
    payload: { voteId, personId: attempt.person.id, choice: attempt.choice, stage, ...(reason ? { reason } : {}) },
    priority: 5,
  };
}
