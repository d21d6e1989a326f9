import type { VoteChoice } from "../core/approval.ts";
import { seatsOf, type Seat, type SeatNote, type SeatRole, type StageSeats } from "./seats.ts";

export type { SeatNote, SeatRole, StageSeats } from "./seats.ts";

export interface TallyInput {
  readonly requesterId?: string | undefined;
  readonly stage: StageSeats;
  /** In the order cast; of several by one person the last counts (A18). */
  readonly votes: readonly { readonly personId: string; readonly choice: VoteChoice }[];
}

export interface Tally {
  readonly state: "pending" | "approved" | "denied";
  /** Seats filled by approving people. */
  readonly approved: number;
  readonly required: number;
  readonly filled: readonly { readonly personId: string; readonly role: string }[];
  /** Every seat with the roles that may fill it and who fills it. */
  readonly seats: readonly { readonly roles: readonly string[]; readonly personId?: string }[];
  /** For the card: why a seat is not filled by the role it was meant for. */
  readonly notes: readonly SeatNote[];
}

/**
 * Count a stage. Distinct people are matched to seats so that one person fills one (A2); the requester never counts (A1);
 * one deny by somebody who could have approved outweighs every approve (A9). Pure and total: a count that makes no sense
 * (A6) has no seats and is never approved.
 */
export function tally(input: TallyInput): Tally {
  const { requesterId, stage } = input;
  const { seats, notes } = seatsOf(stage, requesterId);
  const last = new Map(input.votes.map((vote) => [vote.personId, vote.choice]));
  const voters = [...last].filter(([person]) => seats.some((seat) => roleIn(seat, person)));
  const approving = voters.filter(([, choice]) => choice === "approve").map(([person]) => person);
  const holders = match(seats, approving);
  const filled = [...holders].map(([seat, personId]) => ({ personId, role: roleIn(seats[seat]!, personId)!.role }));
  const denied = voters.some(([, choice]) => choice === "deny");
  const complete = seats.length > 0 && filled.length === seats.length;
  return {
    state: denied ? "denied" : complete ? "approved" : "pending",
    approved: filled.length,
    required: stage.required,
    filled,
    seats: seats.map((seat, index) => {
      const personId = holders.get(index);
      return { roles: seat.roles.map((role) => role.role), ...(personId === undefined ? {} : { personId }) };
    }),
    notes,
  };
}

/** Whether a person could fill a seat of this stage, whoever else has voted. */
export function mayVote(stage: StageSeats, personId: string, requesterId?: string): boolean {
  return seatsOf(stage, requesterId).seats.some((seat) => roleIn(seat, personId));
}

/** Whether the people there are now could fill every seat if all of them approved. */
export function canBeMet(stage: StageSeats, requesterId?: string): boolean {
  const everybody = new Set(stage.seats.flatMap((role) => role.people));
  const votes = [...everybody].map((personId) => ({ personId, choice: "approve" as const }));
  return tally({ requesterId, stage, votes }).state === "approved";
}

function roleIn(seat: Seat, personId: string): SeatRole | undefined {
  return seat.roles.find((role) => role.people.includes(personId));
}

/** A largest matching of people to seats by augmenting paths; who is matched once stays matched. */
function match(seats: readonly Seat[], people: readonly string[]): ReadonlyMap<number, string> {
  const holder = new Map<number, string>();
  const place = (person: string, tried: Set<number>): boolean =>
    seats.some((seat, index) => {
      if (tried.has(index) || !roleIn(seat, person)) return false;
      tried.add(index);
      const sitting = holder.get(index);
      if (sitting !== undefined && !place(sitting, tried)) return false;
      holder.set(index, person);
      return true;
    });
  for (const person of people) place(person, new Set());
  return holder;
}
