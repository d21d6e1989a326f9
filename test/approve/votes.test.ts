import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import { newId } from "../../src/core/identifiers.ts";
import type { Person } from "../../src/core/ports.ts";
import type { ApprovalService } from "../../src/approve/approvals.ts";
import { useStore } from "../support/database.ts";
import { approvalsOf, auditOf, elapse, FakeDirectory, insertPeople, oneStage, person, requestOf } from "./support.ts";

const use = useStore();
const [ana, ben, cleo, outsider] = ["Ana", "Ben", "Cleo", "Outsider"].map((name) => person(name)) as [
  Person,
  Person,
  Person,
  Person,
];
let directory: FakeDirectory;
let approvals: ApprovalService;

beforeAll(() => insertPeople(use.store.interactive, [ana, ben, cleo, outsider]));
beforeEach(() => {
  directory = new FakeDirectory();
  directory.roles.set("security_team", [ana, ben]);
  directory.roles.set("tech_lead", [cleo]);
  directory.roles.set("ciso", [cleo]);
  approvals = approvalsOf(use.store, directory);
});

const approve = (approvalId: string, who: Person) =>
  approvals.castVote({ approvalId, revision: 1, person: who, choice: "approve", via: "slack" });
const deny = (approvalId: string, who: Person, reason = "not now") =>
  approvals.castVote({ approvalId, revision: 1, person: who, choice: "deny", reason, via: "slack" });
const signals = (runId: string) => use.store.interactive.signal.findMany({ where: { runId } });
const notices = (subjectId: string) => use.store.interactive.notice.findMany({ where: { subjectId } });
const jobs = async (key: string) =>
  (await use.store.jobs.query<{ run_at: Date }>("SELECT run_at FROM graphile_worker.jobs WHERE key = $1", [key])).rows;

test("a request is made once per run, node and revision, with its deadline as a job", async () => {
  const request = requestOf({ runId: newId() });
  const id = await approvals.request(request);
  expect(await approvals.request(request)).toBe(id);
  expect(await Promise.all([1, 2, 3].map(() => approvals.request({ ...request, revision: 2 })))).toHaveLength(3);
  expect(await approvals.list({ tenantId: "default", runId: request.runId })).toHaveLength(2);
  const view = (await approvals.view(id))!;
  expect(view).toMatchObject({ state: "pending", revision: 1, stages: [{ required: 1, approved: 0 }] });
  expect(view.stages[0]!.roles).toEqual([
    { role: "security_team", slackGroupId: "S0SECURITY_TEAM", slackUserIds: ["U0ANA", "U0BEN"] },
  ]);
  expect((await jobs(`approval:${id}`))[0]!.run_at.getTime()).toBeCloseTo(Date.parse(view.expiresAt), -3);
});

test("two of two approve: counted, told, signalled and audited in one go", async () => {
  const request = requestOf(oneStage(2, "security_team", "tech_lead"));
  const id = await approvals.request(request);
  expect(await approve(id, ana)).toEqual({
    outcome: "counted",
    state: "pending",
    approved: 1,
    required: 2,
    changed: true,
  });
  expect(await approve(id, cleo)).toMatchObject({ state: "approved", approved: 2 });
  expect(await approvals.verdict(id)).toEqual({
    state: "approved",
    planDigest: request.planDigest,
    reason: "approved by 2 people",
  });
  expect(await signals(request.runId)).toMatchObject([
    { key: `approval:${id}:approved`, payload: { approvalId: id, state: "approved" } },
  ]);
  expect((await notices(id)).map((notice) => notice.kind)).toEqual(["vote", "vote"]);
  const view = (await approvals.view(id))!;
  expect(view.votes).toMatchObject([
    { name: "Ana", seat: "security_team" },
    { name: "Cleo", seat: "tech_lead" },
  ]);
  expect((await auditOf(use.store.interactive, id)).map((entry) => entry.action)).toEqual([
    "approval.requested",
    "vote.cast",
    "vote.cast",
    "stage.approved",
    "approval.approved",
  ]);
  expect(await use.store.interactive.candidate.count({ where: { approvalId: id } })).toBe(0);
});

test("A1: the requester's own vote is refused, from whichever account", async () => {
  const id = await approvals.request(requestOf({ requesterPersonId: ana.id }));
  expect(await approve(id, { ...ana, slackUserId: "U0OTHER" })).toMatchObject({
    outcome: "refused",
    code: "own_request",
  });
  expect(await deny(id, ana)).toMatchObject({ code: "own_request" });
  expect((await approvals.view(id))!.votes).toEqual([]);
});

test("A2: somebody in two roles counts as one of two", async () => {
  directory.roles.set("tech_lead", [ana]);
  const id = await approvals.request(requestOf(oneStage(2, "security_team", "tech_lead")));
  expect(await approve(id, ana)).toMatchObject({ state: "pending", approved: 1 });
  expect(await approve(id, ana)).toMatchObject({ state: "pending", approved: 1, changed: false });
  expect(await auditOf(use.store.interactive, id)).toHaveLength(2);
  expect(await notices(id)).toHaveLength(1);
});

test("A3: who was deactivated or left the group after posting is refused at the vote", async () => {
  const id = await approvals.request(requestOf());
  directory.inactive.add(ana.id);
  expect(await approve(id, ana)).toMatchObject({ code: "not_an_approver" });
  directory.roles.set("security_team", [ana]);
  expect(await approve(id, ben)).toMatchObject({ code: "not_an_approver" });
  expect(await approve(id, outsider)).toMatchObject({ code: "not_an_approver" });
  expect((await approvals.verdict(id)).state).toBe("pending");
});

test("A3: an earlier voter who left no longer counts when the next vote comes", async () => {
  const id = await approvals.request(requestOf(oneStage(2, "security_team")));
  await approve(id, ana);
  directory.roles.set("security_team", [ben, cleo]);
  expect(await approve(id, ben)).toMatchObject({ state: "pending", approved: 1 });
  expect(await approve(id, cleo)).toMatchObject({ state: "approved", approved: 2 });
});

test("A4: a vote no longer counts when its voter lost the role before execution", async () => {
  const id = await approvals.request(requestOf(oneStage(2, "security_team")));
  await approve(id, ana);
  expect(await approvals.stillAuthorised(id)).toMatchObject({ authorised: false });
  await approve(id, ben);
  expect(await approvals.stillAuthorised(id)).toMatchObject({ authorised: true });
  directory.roles.set("security_team", [ana, cleo]);
  expect(await approvals.stillAuthorised(id)).toMatchObject({ authorised: false });
  directory.roles.set("security_team", [ana, ben]);
  directory.inactive.add(ben.id);
  expect(await approvals.stillAuthorised(id)).toMatchObject({ authorised: false });
  directory.inactive.clear();
  directory.unreachable.add("security_team");
  expect(await approvals.stillAuthorised(id)).toMatchObject({ authorised: false });
});

test.each(["empty", "unreachable"])("A5: a group that is %s leaves the request pending, with an alert", async (how) => {
  directory.roles.set("security_team", []);
  if (how === "unreachable") directory.unreachable.add("security_team");
  const request = requestOf();
  const id = await approvals.request(request);
  expect((await approvals.verdict(id)).state).toBe("pending");
  expect((await notices(id)).map((notice) => notice.kind)).toEqual(["alert"]);
  expect(await approve(id, ana)).toMatchObject({
    code: how === "empty" ? "not_an_approver" : "directory_unreachable",
  });
  await elapse(use.store.interactive, id, 300_001);
  await approvals.wake(id);
  const verdict = await approvals.verdict(id);
  expect(verdict.state).toBe("expired");
  expect(verdict.reason).toMatch(/^nobody was reached/);
});

test.each([0, -1, 1.5, "2" as unknown as number])("A6: %p required approvals are refused", async (count) => {
  await expect(approvals.request(requestOf(oneStage(count, "security_team")))).rejects.toMatchObject({
    code: "bad_input",
  });
});

test("A10: a vote after decision, expiry or cancel says so and changes nothing", async () => {
  const approved = await approvals.request(requestOf());
  await approve(approved, ana);
  expect(await deny(approved, ben)).toMatchObject({ code: "already_decided", state: "approved" });

  const request = requestOf();
  const late = await approvals.request(request);
  await elapse(use.store.interactive, late, 300_001);
  expect(await approve(late, ana)).toMatchObject({
    code: "already_decided",
    state: "expired",
    message: expect.stringContaining("expired"),
  });
  expect(await approvals.verdict(late)).toMatchObject({ state: "expired", reason: "nobody answered within 5 minutes" });
  expect(await signals(request.runId)).toMatchObject([{ key: `approval:${late}:expired` }]);

  const cancelled = await approvals.request(requestOf());
  await approvals.end(cancelled, "cancelled", "the run was stopped", "person:x");
  expect(await approve(cancelled, ana)).toMatchObject({ code: "already_decided", state: "cancelled" });
  await approvals.end(cancelled, "superseded", "again", "system");
  expect((await approvals.verdict(cancelled)).state).toBe("cancelled");
});

test("a stale revision, an unknown id and another tenant's request are refused", async () => {
  const id = await approvals.request(requestOf());
  const vote = { approvalId: id, person: ana, choice: "approve", via: "slack" } as const;
  expect(await approvals.castVote({ ...vote, revision: 2 })).toMatchObject({ code: "stale_revision" });
  expect(await approvals.castVote({ ...vote, approvalId: newId() })).toMatchObject({ code: "forged_reference" });
  expect(await approvals.castVote({ ...vote, approvalId: "'; --" })).toMatchObject({ code: "forged_reference" });
  const foreign = person("Eve", "other");
  expect(await approvals.castVote({ ...vote, person: foreign })).toMatchObject({ code: "forged_reference" });
  expect((await auditOf(use.store.interactive, id)).at(-1)).toMatchObject({
    action: "vote.refused",
    details: { code: "forged_reference" },
  });
});

test("A15: a vote of stage 2 before stage 1 is decided is refused; one person fills one seat of the chain", async () => {
  directory.roles.set("ciso", [ana, cleo]);
  const stages = [
    { name: "security", roles: [{ role: "security_team" }], requiredApprovals: 1 },
    { name: "ciso", roles: [{ role: "ciso" }], requiredApprovals: 1 },
  ];
  const id = await approvals.request(requestOf({ stages }));
  expect(await approve(id, cleo)).toMatchObject({ code: "not_an_approver" });
  expect(await approve(id, ana)).toMatchObject({ state: "pending", approved: 1, required: 1 });
  expect(await approve(id, ana)).toMatchObject({ state: "pending", changed: false });
  expect((await approvals.view(id))!.stages.map((stage) => stage.state)).toEqual(["approved", "pending"]);
  expect(await approve(id, cleo)).toMatchObject({ state: "approved" });
});

test("A15: whoever approved stage 1 may still deny while stage 2 is open", async () => {
  const stages = [
    { name: "security", roles: [{ role: "security_team" }], requiredApprovals: 1 },
    { name: "ciso", roles: [{ role: "ciso" }], requiredApprovals: 1 },
  ];
  const id = await approvals.request(requestOf({ stages }));
  await approve(id, ana);
  expect(await deny(id, ana, "found a reason")).toMatchObject({ state: "denied" });
  expect((await approvals.verdict(id)).reason).toBe("denied by Ana: found a reason");
});

test("A18: a changed vote counts as the last one, both are audited", async () => {
  const id = await approvals.request(requestOf(oneStage(2, "security_team")));
  await approve(id, ana);
  expect(await deny(id, ana)).toMatchObject({ state: "denied", changed: true });
  const entries = await auditOf(use.store.interactive, id);
  expect(entries.map((entry) => entry.action)).toEqual([
    "approval.requested",
    "vote.cast",
    "vote.changed",
    "stage.denied",
    "approval.denied",
  ]);
  expect((await approvals.view(id))!.votes).toMatchObject([{ choice: "deny", reason: "not now" }]);
});
