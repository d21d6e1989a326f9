import type { ApprovalState, StageView, VoteChoice } from "../core/approval.ts";
import { mayVote, tally, type SeatRole, type StageSeats, type Tally } from "./tally.ts";

/** An approval as plain data, with today's members on its seats: what every decision is made from. */
export interface Situation {
  readonly state: ApprovalState;
  readonly requesterId?: string | undefined;
  readonly stages: readonly SituationStage[];
  /** In the order cast. */
  readonly votes: readonly SituationVote[];
}

export interface SituationStage extends StageSeats {
  readonly state: StageView["state"];
}

export interface SituationVote {
  readonly stage: number;
  readonly personId: string;
  readonly choice: VoteChoice;
  /** The role whose seat it fills by the last count. */
  readonly seat: string | null;
}

export type Ruling =
  | { readonly kind: "refused"; readonly code: "already_decided" | "own_request" | "not_an_approver" }
  | {
      readonly kind: "counted";
      readonly stage: number;
      /** False when the same person had made the same choice before. */
      readonly changed: boolean;
      readonly tally: Tally;
      readonly next: Situation;
    };

/** The stage that votes go to: chains run one after the other (A15). */
export function currentStage(situation: { readonly stages: readonly Pick<SituationStage, "state">[] }): number {
  return situation.stages.findIndex((stage) => stage.state === "pending");
}

/**
 * Rule on a vote. It goes to the first pending stage; whoever fills a seat of an earlier one fills no second (A2), but may
 * still turn their approval into a deny while the request is open (A18).
 */
export function ruleOnVote(
  situation: Situation,
  vote: { readonly personId: string; readonly choice: VoteChoice },
): Ruling {
  const current = currentStage(situation);
  if (situation.state !== "pending" || current < 0) return { kind: "refused", code: "already_decided" };
  if (vote.personId === situation.requesterId) return { kind: "refused", code: "own_request" };
  const seated = situation.votes.find(
    (cast) => cast.personId === vote.personId && cast.stage < current && cast.seat !== null,
  );
  const stage = seated?.stage ?? current;
  if (!mayVote(situation.stages[stage]!, vote.personId, situation.requesterId))
    return { kind: "refused", code: "not_an_approver" };
  // A finished stage is not counted again: who lost a role since then is found at execution (A4).
  if (seated?.choice === vote.choice)
    return {
      kind: "counted",
      stage: seated.stage,
      changed: false,
      tally: count(situation, stage).tally,
      next: situation,
    };
  const isSame = (cast: SituationVote) => cast.stage === stage && cast.personId === vote.personId;
  const previous = situation.votes.find(isSame);
  const changed = previous?.choice !== vote.choice;
  const votes = changed
    ? [...situation.votes.filter((cast) => !isSame(cast)), { ...vote, stage, seat: null }]
    : situation.votes;
  return { kind: "counted", stage, changed, ...count({ ...situation, votes }, stage) };
}

/** Count a stage anew and move the request on when the stage is decided. */
function count(situation: Situation, index: number): { readonly tally: Tally; readonly next: Situation } {
  const stage = situation.stages[index]!;
  const taken = new Set(
    situation.votes.filter((cast) => cast.stage < index && cast.seat !== null).map((cast) => cast.personId),
  );
  const counting = situation.votes.filter((cast) => cast.stage === index && !taken.has(cast.personId));
  const result = tally({ requesterId: situation.requesterId, stage, votes: counting });
  const seats = new Map(result.filled.map(({ personId, role }) => [personId, role]));
  const votes = situation.votes.map((cast) =>
    cast.stage === index ? { ...cast, seat: seats.get(cast.personId) ?? null } : cast,
  );
  const stages = situation.stages.map((each, i) => (i === index ? { ...each, state: result.state } : each));
  const finished = stages.every((each) => each.state === "approved" || each.state === "skipped");
  const state = result.state === "denied" ? "denied" : finished ? "approved" : "pending";
  return { tally: result, next: { ...situation, state, stages, votes } };
}

/** The deadline has passed: a pending request is expired, which is a denial; anything decided stays decided (A8). */
export function ruleOnDeadline(situation: Situation): Situation {
  return situation.state === "pending" ? { ...situation, state: "expired" } : situation;
}

/** Add people to every stage that is still open. The count and the deadline stay (A17). */
export function ruleOnEscalation(situation: Situation, roles: readonly SeatRole[]): Situation {
  if (situation.state !== "pending") return situation;
  const added = roles.map((role) => ({ ...role, escalated: true }));
  const stages = situation.stages.map((stage) =>
    stage.state === "pending" ? { ...stage, seats: [...stage.seats, ...added] } : stage,
  );
  return { ...situation, stages };
}

/** Whether the votes of an approved request still carry it with today's members (A4). */
export function stillHolds(situation: Situation): { readonly authorised: boolean; readonly reason: string } {
  if (situation.state !== "approved") return { authorised: false, reason: `the request is ${situation.state}` };
  const taken = new Set<string>();
  for (const [index, stage] of situation.stages.entries()) {
    if (stage.state === "skipped") continue;
    // Those who sit keep their seats: with them first, nobody is moved who need not be.
    const cast = situation.votes.filter((vote) => vote.stage === index && !taken.has(vote.personId));
    const votes = [...cast.filter((vote) => vote.seat !== null), ...cast.filter((vote) => vote.seat === null)];
    const result = tally({ requesterId: situation.requesterId, stage, votes });
    if (result.state !== "approved")
      return {
        authorised: false,
        reason: `only ${result.approved} of ${result.required} approvals of stage ${index + 1} still count: the others lost the role or the directory cannot name them`,
      };
    for (const seat of result.filled) taken.add(seat.personId);
  }
  return { authorised: true, reason: "every approval still counts" };
}
