import type { ApprovalState, VoteChoice } from "../../src/core/approval.ts";
import {
  currentStage,
  ruleOnDeadline,
  ruleOnEscalation,
  ruleOnVote,
  stillHolds,
  type Situation,
  type SituationVote,
} from "../../src/approve/decide.ts";
import type { SeatRole } from "../../src/approve/seats.ts";

/* The world around one approval, small enough to visit every state of it. Decisions are the product's own pure functions;
   what is right is judged by oracle.ts. */

/** What keeps the world right; each can be switched off to show that it is needed. */
export const protections = [
  "rowLock",
  "deadlineUnderLock",
  "silenceIsNo",
  "distinctPeople",
  "requesterExcluded",
  "membersOnly",
  "seatMatching",
  "denyWins",
  "chainOrder",
  "onePersonOneSeatOfTheChain",
  "escalationKeepsTheCount",
  "authorityAtExecution",
  "digestBinding",
  "oneEffect",
] as const;
export type Protection = (typeof protections)[number];

/** A vote on its way: the directory was asked, the lock not yet taken. */
interface Flight {
  readonly account: string;
  readonly choice: VoteChoice;
  readonly benHadLeft: boolean;
  /** What was seen of the approval when the directory was asked. */
  readonly stage: number;
  readonly escalatedFrom: number | null;
  /** With the row lock off, the whole of it, because it is then what is decided from. */
  readonly stale?: Seen;
}
interface Seen {
  readonly state: ApprovalState;
  readonly stages: readonly ("pending" | "approved" | "denied" | "skipped")[];
  readonly votes: readonly SituationVote[];
  /** The stage that was open when people were added; it and later ones have them. */
  readonly escalatedFrom: number | null;
}

export interface World extends Seen {
  readonly late: boolean;
  readonly benLeft: boolean;
  readonly drifted: boolean;
  readonly flights: readonly Flight[];
  readonly effects: number;
}

export const start: World = {
  ...{ state: "pending", stages: ["pending", "pending"], votes: [], escalatedFrom: null },
  ...{ late: false, benLeft: false, drifted: false, flights: [], effects: 0 },
};

/** Ana has two accounts and a role in each stage, as Cleo has; Rita made the request and is in two roles; Otto is in none. */
export const accounts = {
  ana: "ana",
  "ana-2": "ana",
  ben: "ben",
  cleo: "cleo",
  rita: "rita",
  otto: "otto",
  eva: "eva",
} as const;
export const requester = "rita";
/** Two seats, one for each role, then one of the CISO's. */
const counts = [2, 1] as const;

export function rolesOf(stage: number, benLeft: boolean): readonly SeatRole[] {
  const role = (name: string, people: string[]) => ({ role: name, people, reachable: true });
  return stage === 0
    ? [role("security", ["ana", ...(benLeft ? [] : ["ben"]), "rita"]), role("lead", ["cleo", "rita"])]
    : [role("ciso", ["ana", "cleo"])];
}
export const escalation: SeatRole = { role: "cto", people: ["eva"], reachable: true, escalated: true };

export type Off = ReadonlySet<Protection>;

/** The world as the product's functions see it, distorted where a protection is off. */
function situationOf(seen: Seen, benLeft: boolean, off: Off): Situation {
  const stages = seen.stages.map((state, index) => {
    const roles = rolesOf(index, benLeft);
    const everybody = [...new Set(roles.flatMap((each) => each.people))];
    const flat = off.has("seatMatching") ? roles.map((each) => ({ ...each, people: everybody })) : roles;
    const open = off.has("membersOnly") ? flat.map((each) => ({ ...each, people: [...each.people, "otto"] })) : flat;
    const seats = off.has("distinctPeople")
      ? open.map((each) => (each.people.includes("ana") ? { ...each, people: [...each.people, "ana-2"] } : each))
      : open;
    return { required: counts[index]!, seats, state };
  });
  const shown = off.has("denyWins") ? seen.votes.filter((vote) => vote.choice === "approve") : seen.votes;
  const votes = off.has("onePersonOneSeatOfTheChain")
    ? shown.map((vote) => (vote.stage < currentStage({ stages }) ? { ...vote, seat: null } : vote))
    : shown;
  const base = { state: seen.state, stages, votes };
  const situation = off.has("requesterExcluded") ? base : { ...base, requesterId: requester };
  const from = seen.escalatedFrom;
  if (from === null) return situation;
  const lower = off.has("escalationKeepsTheCount") ? 1 : 0;
  const open = {
    ...situation,
    state: "pending" as const,
    stages: stages.map((stage) => ({ ...stage, state: "pending" as const })),
  };
  const escalated = ruleOnEscalation(open, [escalation]).stages.map((stage, index) => ({
    ...(index < from ? stages[index]! : { ...stage, required: Math.max(1, stage.required - lower) }),
    state: stages[index]!.state,
  }));
  return { ...situation, stages: escalated };
}

/** Every world that can follow, each with what happened. */
export function next(world: World, off: Off): readonly (readonly [string, World])[] {
  const after: [string, World][] = [];
  const open = world.state === "pending";
  const alive = open || world.state === "approved";
  // Nobody sends a vote on what is decided, but votes under way still arrive.
  if (open && world.flights.length < 2)
    for (const account of Object.keys(accounts))
      for (const choice of account === "ben" || account === "cleo"
        ? (["approve", "deny"] as const)
        : (["approve"] as const))
        after.push([`${account} sends ${choice}`, sent(world, account, choice, off)]);
  for (const flight of world.flights)
    after.push([`${flight.account}'s ${flight.choice} arrives`, arrived(world, flight, off)]);
  if (open && !world.late) after.push(["the deadline passes", { ...world, late: true }]);
  if (alive && !world.benLeft) after.push(["Ben leaves", { ...world, benLeft: true }]);
  if (world.state === "approved" && !world.drifted) after.push(["the resource drifts", { ...world, drifted: true }]);
  if (world.late) after.push(["the deadline's job wakes", woken(world, off)]);
  if (open && !world.late && world.escalatedFrom === null)
    after.push(["escalation", { ...world, escalatedFrom: currentOf(world) }]);
  if (alive) after.push(["cancel", { ...world, state: "cancelled" }]);
  if (world.state === "approved") after.push(["execution", executed(world, off)]);
  return after;
}

function sent(world: World, account: string, choice: VoteChoice, off: Off): World {
  const { state, stages, votes, escalatedFrom, benLeft } = world;
  const stale = off.has("rowLock") ? { stale: { state, stages, votes, escalatedFrom } } : {};
  const flight: Flight = { account, choice, benHadLeft: benLeft, stage: currentOf(world), escalatedFrom, ...stale };
  // Which of two votes was sent first makes no difference: one order stands for both.
  const flights = [...world.flights, flight].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { ...world, flights };
}

function arrived(world: World, flight: Flight, off: Off): World {
  const landed = { ...world, flights: world.flights.filter((each) => each !== flight) };
  const seen = flight.stale ?? world;
  if (world.late && seen.state === "pending" && !off.has("deadlineUnderLock")) return woken(landed, off);
  // Under the lock: what the directory was asked about must still be the question.
  const moved = currentOf(world) !== flight.stage || world.escalatedFrom !== flight.escalatedFrom;
  if (!flight.stale && moved) return landed;
  const personId = off.has("distinctPeople") ? flight.account : accounts[flight.account as keyof typeof accounts];
  const situation = situationOf(seen, flight.benHadLeft, off);
  const early = off.has("chainOrder") && situation.stages[0]!.state === "pending" && personId === "cleo";
  const asked = early
    ? { ...situation, stages: situation.stages.map((s, i) => (i === 0 ? { ...s, state: "approved" as const } : s)) }
    : situation;
  const ruling = ruleOnVote(asked, { personId, choice: flight.choice });
  if (ruling.kind === "refused") return landed;
  const cast = ruling.next.votes.find((vote) => vote.personId === personId && vote.stage === ruling.stage)!;
  const others = world.votes.filter((vote) => vote.personId !== personId || vote.stage !== ruling.stage);
  const seatOf = (vote: SituationVote) =>
    ruling.next.votes.find((each) => each.personId === vote.personId && each.stage === vote.stage)?.seat ?? vote.seat;
  const votes = [...others.map((vote) => ({ ...vote, seat: seatOf(vote) })), { ...cast, choice: flight.choice }].sort(
    byPlace,
  );
  if (off.has("denyWins") && flight.choice === "deny") return { ...landed, votes };
  return { ...landed, votes, state: ruling.next.state, stages: ruling.next.stages.map((stage) => stage.state) };
}

export const currentOf = (seen: Seen) => currentStage({ stages: seen.stages.map((state) => ({ state })) });
const byPlace = (a: SituationVote, b: SituationVote) => a.stage - b.stage || (a.personId < b.personId ? -1 : 1);

function woken(world: World, off: Off): World {
  if (off.has("silenceIsNo") && world.state === "pending") return { ...world, state: "approved" };
  return { ...world, state: ruleOnDeadline(situationOf(world, world.benLeft, off)).state };
}

/** The executor claims the step; it may be killed after the effect and claim it again. */
function executed(world: World, off: Off): World {
  if (world.effects > 0 && !off.has("oneEffect")) return world;
  const holds = off.has("authorityAtExecution") || stillHolds(situationOf(world, world.benLeft, off)).authorised;
  const same = off.has("digestBinding") || !world.drifted;
  return holds && same ? { ...world, effects: world.effects + 1 } : { ...world, state: "superseded" };
}
