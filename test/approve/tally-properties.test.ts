import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { SeatRole } from "../../src/approve/seats.ts";
import { tally } from "../../src/approve/tally.ts";

const approve = (...people: string[]) => people.map((personId) => ({ personId, choice: "approve" as const }));

const people = ["a", "b", "c", "d", "e"];
const stages = fc.record({
  required: fc.integer({ min: 1, max: 4 }),
  highImpact: fc.boolean(),
  seats: fc.uniqueArray(
    fc.record(
      {
        role: fc.constantFrom("r1", "r2", "r3", "r4"),
        people: fc.subarray(people),
        reachable: fc.boolean(),
        from: fc.boolean(),
        escalated: fc.boolean(),
      },
      { requiredKeys: ["role", "people", "reachable"] },
    ),
    { minLength: 1, maxLength: 4, selector: (each) => each.role },
  ),
});
const ballots = fc.array(
  fc.record({ personId: fc.constantFrom(...people), choice: fc.constantFrom("approve" as const, "deny" as const) }),
  { maxLength: 6 },
);

test("A2: no approval ever rests on fewer distinct people than required, on the requester, or on the unreachable", () => {
  fc.assert(
    fc.property(
      stages,
      ballots,
      fc.option(fc.constantFrom(...people), { nil: undefined }),
      (stage, votes, requesterId) => {
        const result = tally({ requesterId, stage, votes });
        const last = new Map(votes.map((vote) => [vote.personId, vote.choice]));
        const seated = new Set(result.filled.map((each) => each.personId));
        expect(seated.size).toBe(result.filled.length);
        expect(seated.size).toBeLessThanOrEqual(stage.required);
        if (result.state === "approved") expect(seated.size).toBe(stage.required);
        for (const { personId, role } of result.filled) {
          expect(personId).not.toBe(requesterId);
          expect(last.get(personId)).toBe("approve");
          expect(stage.seats.some((s) => s.role === role && s.reachable && s.people.includes(personId))).toBe(true);
        }
        const owners = result.filled.filter(
          ({ personId }) => !stage.seats.some((s) => !s.from && s.reachable && s.people.includes(personId)),
        );
        if (stage.highImpact && stage.required === 1) expect(owners).toEqual([]);
      },
    ),
    { numRuns: 5_000 },
  );
});

test("A2: the order of votes never changes the count, and the matching is a largest one", () => {
  fc.assert(
    fc.property(stages, fc.shuffledSubarray(people), fc.shuffledSubarray(people), (stage, some, order) => {
      const inOrder = order.filter((each) => some.includes(each));
      const rest = some.filter((each) => !inOrder.includes(each));
      const one = tally({ stage, votes: approve(...some) });
      const other = tally({ stage, votes: approve(...inOrder, ...rest) });
      expect(other.approved).toBe(one.approved);
      expect(other.state).toBe(one.state);
      expect(one.approved).toBe(
        largest(
          one.seats.map((each) => each.roles),
          stage.seats,
          some,
        ),
      );
    }),
    { numRuns: 2_000 },
  );
});

/** The largest number of seats fillable, by trying everything. */
function largest(seats: readonly (readonly string[])[], roles: readonly SeatRole[], voters: readonly string[]): number {
  const [first, ...rest] = seats;
  if (!first) return 0;
  const holders = voters.filter((voter) =>
    roles.some((each) => first.includes(each.role) && each.reachable && each.people.includes(voter)),
  );
  const without = largest(rest, roles, voters);
  return Math.max(
    without,
    ...holders.map(
      (holder) =>
        1 +
        largest(
          rest,
          roles,
          voters.filter((voter) => voter !== holder),
        ),
    ),
  );
}
