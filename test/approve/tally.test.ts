import { expect, test } from "@jest/globals";
import type { SeatRole } from "../../src/approve/seats.ts";
import { canBeMet, tally } from "../../src/approve/tally.ts";

const seat = (role: string, people: string, extra: Partial<SeatRole> = {}): SeatRole => ({
  role,
  people: people === "" ? [] : people.split(" "),
  reachable: true,
  ...extra,
});
const owner = (people: string, extra: Partial<SeatRole> = {}) =>
  seat("resource_owner", people, { from: true, ...extra });
const added = (people: string, extra: Partial<SeatRole> = {}) => seat("ciso", people, { escalated: true, ...extra });
const security = seat("security_team", "ana ben cleo");
const lead = seat("tech_lead", "dan");
const ana = seat("ciso", "ana");
const both = seat("security_manager", "ana ben");
const silent = { ...lead, reachable: false };
const high = { highImpact: true };

/** Name, how many are required, the roles, the votes in order (`-ana` denies), the outcome, and what is special. */
type Scenario = readonly [
  string,
  number,
  readonly SeatRole[],
  string,
  string,
  { highImpact?: boolean; requesterId?: string }?,
];

const scenarios: readonly Scenario[] = [
  ["no vote is no approval", 1, [security], "", "pending 0"],
  ["one of one", 1, [security], "ana", "approved 1"],
  ["an outsider counts for nothing", 1, [security], "zoe", "pending 0"],
  ["an outsider's deny is no deny", 1, [security], "-zoe ana", "approved 1"],
  ["A1: the requester does not count", 1, [security], "ana", "pending 0", { requesterId: "ana" }],
  ["A1: nor does their deny", 1, [security], "-ana", "pending 0", { requesterId: "ana" }],
  ["A2: one person in two roles fills one seat", 2, [ana, both], "ana", "pending 1"],
  ["A2: people are matched, whoever comes first", 2, [ana, both], "ben ana", "approved 2"],
  ["A2: the first voter moves to the other seat", 2, [both, ana], "ana ben", "approved 2"],
  ["A2: the same person twice is one", 2, [security], "ana ana", "pending 1"],
  ["each role needs its own", 2, [security, lead], "ana ben", "pending 1"],
  ["the rest may be of any role", 3, [security, lead], "ana ben dan", "approved 3"],
  ["fewer than roles: any members", 1, [security, lead], "dan", "approved 1"],
  ["A9: one deny outweighs every approve", 2, [security], "ana ben -cleo", "denied 2"],
  ["A18: the last choice of a person counts", 1, [security], "-ana ana", "approved 1"],
  ["A5: nobody in the role", 1, [seat("security_team", "")], "ana", "pending 0"],
  ["A5: unreachable is nobody", 1, [{ ...security, reachable: false }], "ana", "pending 0"],
  ["A5: an unreachable role's seat stays its own", 2, [security, silent], "ana ben dan", "pending 1"],
  ["A6: 0 required is never met", 0, [security], "ana", "pending 0"],
  ["A6: -1 required is never met", -1, [security], "ana", "pending 0"],
  ["A6: 1.5 required is never met", 1.5, [security], "ana ben", "pending 0"],
  ["A6: NaN required is never met", NaN, [security], "ana ben", "pending 0"],
  ["A6: Infinity required is never met", Infinity, [security], "ana ben", "pending 0"],
  ['A6: "2" required is never met', "2" as unknown as number, [security], "ana ben", "pending 0"],
  ["A6: two required, one eligible", 2, [lead], "dan", "pending 1"],
  ["the owner fills their seat", 2, [security, owner("olga")], "ana olga", "approved 2"],
  ["the owner's seat waits for them", 2, [security, owner("olga")], "ana ben", "pending 1"],
  ["no owner found: the count stays", 2, [security, owner("")], "ana", "pending 1"],
  ["no owner found: two of the others", 2, [security, owner("")], "ana ben", "approved 2"],
  ["the owner is the requester", 2, [security, owner("olga")], "ana ben", "approved 2", { requesterId: "olga" }],
  ["an unreachable owner is not a missing one", 2, [security, owner("", { reachable: false })], "ana ben", "pending 1"],
  ["owners fill at most one seat", 2, [owner("olga otto"), security, lead], "olga otto", "pending 1"],
  ["the owner alone suffices at low impact", 1, [owner("olga"), security], "olga", "approved 1"],
  ["the owner alone never suffices at high impact", 1, [owner("olga"), security], "olga", "pending 0", high],
  ["nor when no other role is named", 1, [owner("olga")], "olga", "pending 0", high],
  ["an owner may be one of two at high impact", 2, [owner("olga"), security], "olga ana", "approved 2", high],
  ["A17: an added person stands in for any seat", 2, [security, lead, added("eva")], "ana eva", "approved 2"],
  ["A17: escalation never lowers the count", 2, [security, added("eva")], "eva", "pending 1"],
  ["A17: escalation adds no seat", 1, [security, added("eva")], "ana", "approved 1"],
  ["A17: an added owner never decides alone", 1, [security, added("olga", { from: true })], "olga", "pending 0", high],
];

test.each(scenarios)("%s", (_name, required, seats, ballots, outcome, { highImpact = false, requesterId } = {}) => {
  const votes = ballots.split(" ").map((ballot) => ({
    personId: ballot.replace("-", ""),
    choice: ballot.startsWith("-") ? ("deny" as const) : ("approve" as const),
  }));
  const { state, approved } = tally({ requesterId, stage: { required, seats, highImpact }, votes });
  expect(`${state} ${approved}`).toBe(outcome);
});

test("the card learns why the owner's seat is open", () => {
  const notes = (people: string, highImpact: boolean, required: number) =>
    tally({ stage: { required, seats: [owner(people), security], highImpact }, votes: [] }).notes.map(
      ({ note }) => note,
    );
  expect(notes("", false, 2)).toEqual([expect.stringContaining("nobody was found")]);
  expect(notes("olga", true, 1)).toEqual([expect.stringContaining("may not decide alone")]);
  expect(notes("olga", true, 2)).toEqual([]);
});

test("whether a quorum can be met at all", () => {
  expect(canBeMet({ required: 3, seats: [security] })).toBe(true);
  expect(canBeMet({ required: 3, seats: [security] }, "ana")).toBe(false);
  expect(canBeMet({ required: 4, seats: [security, lead] })).toBe(true);
  expect(canBeMet({ required: 2, seats: [security, silent] })).toBe(false);
});
