import type { SituationVote } from "../../src/approve/decide.ts";
import type { SeatRole } from "../../src/approve/seats.ts";
import { accounts, currentOf, escalation, requester, rolesOf, type World } from "./model.ts";

/* What must never be, said by brute force and without the product's functions. */

/** What is wrong with a step from one world to another; undefined when nothing is. */
export function violation(before: World, after: World): string | undefined {
  const was = before.state;
  if (
    was !== after.state &&
    was !== "pending" &&
    !(was === "approved" && ["cancelled", "superseded"].includes(after.state))
  )
    return `a decided request became another one: ${was} → ${after.state}`;
  const benLeft = before.flights.find((flight) => !after.flights.includes(flight))?.benHadLeft ?? before.benLeft;
  if (was === "pending" && after.state === "approved" && before.late) return "approved after the deadline";
  const closed = after.stages.findIndex((state, index) => state === "approved" && before.stages[index] === "pending");
  if (closed >= 0 && !enough(after, benLeft, closed)) return "approved without the people it needs";
  if (after.votes !== before.votes && after.state === "pending" && !after.late) {
    const stage = currentOf(after);
    if (stage >= 0 && enough(after, benLeft, stage) && !deniers(after, benLeft))
      return "lost approval: enough votes, still pending";
  }
  if (after.state === "approved" && was === "pending" && deniers(after, benLeft)) return "approved over a deny";
  if (after.effects <= before.effects) return undefined;
  if (after.effects > 1) return "the effect happened twice";
  if (after.drifted) return "what ran is not what was approved";
  if (was !== "approved") return "an effect without an approval";
  return [0, 1].every((stage) => enough(after, after.benLeft, stage)) ? undefined : "an effect on lost authority";
}

const holdsRole = (role: SeatRole, person: string) => role.people.includes(person) && person !== requester;

function deniers(world: World, benLeft: boolean): boolean {
  return world.votes.some(
    (vote) => vote.choice === "deny" && rolesOf(vote.stage, benLeft).some((role) => holdsRole(role, vote.personId)),
  );
}

/** Whether distinct people fill every seat of a stage, none of whom is needed for an earlier stage's seats. */
function enough(world: World, benLeft: boolean, stage: number): boolean {
  const person = (vote: SituationVote) => accounts[vote.personId as keyof typeof accounts];
  const taken = new Set<string>(world.votes.filter((vote) => vote.stage < stage && vote.seat !== null).map(person));
  const voters = new Set<string>(
    world.votes.filter((vote) => vote.stage === stage && vote.choice === "approve").map(person),
  );
  const isAdded = world.escalatedFrom !== null && stage >= world.escalatedFrom;
  const fill = (roles: readonly SeatRole[], free: readonly string[]): boolean => {
    const [role, ...rest] = roles;
    if (!role) return true;
    const fits = (each: string) => holdsRole(role, each) || (isAdded && escalation.people.includes(each));
    return free.some(
      (each) =>
        fits(each) &&
        fill(
          rest,
          free.filter((other) => other !== each),
        ),
    );
  };
  return fill(
    rolesOf(stage, benLeft),
    [...voters].filter((voter) => !taken.has(voter)),
  );
}
