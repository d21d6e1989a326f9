import type { Authority } from "../core/ports.ts";
import { readApproval } from "../store/approvals.ts";
import { findPeople } from "../store/people.ts";
import { stillHolds } from "./decide.ts";
import type { Wired } from "./deps.ts";
import { askDirectory, situationOf } from "./members.ts";

/**
 * Count an approved request anew with today's members, at the moment before it is carried out (A4). Votes of people who have
 * lost the role, left, or cannot be looked up do not count; no error is ever a yes. Where the directory could not be
 * reached the answer is `unsure`: the executor waits and asks again rather than throw a good approval away.
 */
export async function stillAuthorised(deps: Wired, approvalId: string): Promise<Authority> {
  const row = await readApproval(deps.store.interactive, approvalId);
  if (!row) return { authorised: false, reason: "there is no such approval" };
  if (row.state !== "approved") return { authorised: false, reason: `the request is ${row.state}` };
  const [members, voters] = await Promise.all([
    askDirectory(
      deps.directory,
      row,
      row.stages.flatMap((stage) => stage.roles),
    ),
    findPeople(deps.store.interactive, [...new Set(row.votes.map((vote) => vote.personId))]),
  ]);
  const looks = [...voters.values()].map(async (person) => {
    const active = await deps.directory.isActive(person).catch(() => undefined);
    return { id: person.id, active };
  });
  const seen = await Promise.all(looks);
  const active = new Set(seen.flatMap((look) => (look.active === true ? [look.id] : [])));
  const situation = situationOf(row, members);
  const held = stillHolds({ ...situation, votes: situation.votes.filter((vote) => active.has(vote.personId)) });
  const unreachable = [...members.values()].some((membership) => membership.status === "unreachable");
  const unsure = !held.authorised && (unreachable || seen.some((look) => look.active === undefined));
  return unsure ? { ...held, unsure } : held;
}
