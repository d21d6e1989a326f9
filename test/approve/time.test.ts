import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Person } from "../../src/core/ports.ts";
import type { ApprovalService } from "../../src/approve/approvals.ts";
import { useStore } from "../support/database.ts";
import { approvalsOf, elapse, FakeDirectory, insertPeople, oneStage, person, requestOf, role } from "./support.ts";

const use = useStore();
const [ana, ben, cleo] = ["Ana", "Ben", "Cleo"].map((name) => person(name)) as [Person, Person, Person];
let directory: FakeDirectory;
let approvals: ApprovalService;

beforeAll(() => insertPeople(use.store.interactive, [ana, ben, cleo]));
beforeEach(() => {
  directory = new FakeDirectory();
  directory.roles.set("security_team", [ana, ben]);
  directory.roles.set("ciso", [cleo]);
  approvals = approvalsOf(use.store, directory);
});

const vote = (approvalId: string, who: Person, choice: "approve" | "deny" = "approve") =>
  approvals.castVote({ approvalId, person: who, choice, via: "cli" });
const notices = (kind: string, runOrApproval: string) =>
  use.store.interactive.notice.findMany({ where: { kind, subjectId: runOrApproval } });
const runAt = async (id: string) =>
  (
    await use.store.jobs.query<{ run_at: Date }>("SELECT run_at FROM graphile_worker.jobs WHERE key = $1", [
      `approval:${id}`,
    ])
  ).rows[0]!.run_at;
const escalation = { afterMs: 120_000, roles: [role("ciso")] };

test("A16: at the deadline of a chain's first stage the request is expired, the CISO is told, once", async () => {
  const stages = [
    { name: "one", roles: [role("security_team")], requiredApprovals: 2 },
    { name: "two", roles: [role("ciso")], requiredApprovals: 1 },
  ];
  const request = requestOf({ stages, escalation });
  const id = await approvals.request(request);
  await vote(id, ana);
  await elapse(use.store.interactive, id, 120_001);
  await approvals.wake(id);
  await elapse(use.store.interactive, id, 180_001);
  await Promise.all([approvals.wake(id), approvals.wake(id)]);
  expect(await approvals.verdict(id)).toMatchObject({
    state: "expired",
    reason: "only 1 of 2 approvals arrived within 5 minutes",
  });
  const told = await notices("expired", id);
  expect(told).toHaveLength(1);
  expect(told[0]!.payload).toMatchObject({
    mention: [{ role: "ciso", slackGroupId: "S0CISO", slackUserIds: ["U0CLEO"] }],
  });
  const signals = await use.store.interactive.signal.findMany({ where: { runId: request.runId } });
  expect(signals.map((signal) => signal.key)).toEqual([`approval:${id}:expired`]);
  expect(await use.store.interactive.auditEntry.count({ where: { subjectId: id, action: "approval.expired" } })).toBe(
    1,
  );
});

test("A17: escalation adds people, keeps the count and the deadline, and happens once", async () => {
  const request = requestOf({ ...oneStage(2, "security_team"), escalation });
  const id = await approvals.request(request);
  const before = (await approvals.view(id))!;
  expect((await runAt(id)).getTime()).toBeLessThan(Date.parse(before.expiresAt));
  expect(await vote(id, cleo)).toMatchObject({ code: "not_an_approver" });
  await approvals.wake(id);
  expect((await approvals.view(id))!.escalatedAt).toBeUndefined();

  await elapse(use.store.interactive, id, 120_001);
  await Promise.all([approvals.wake(id), approvals.wake(id), approvals.wake(id)]);
  const view = (await approvals.view(id))!;
  expect(view.escalatedTo).toEqual(["ciso"]);
  expect(view.stages[0]).toMatchObject({ required: 2, roles: [{ role: "security_team" }, { role: "ciso" }] });
  expect(Date.parse(view.expiresAt)).toBe(Date.parse(before.expiresAt) - 120_001);
  expect((await runAt(id)).toISOString()).toBe(view.expiresAt);
  expect(await notices("milestone", request.runId)).toMatchObject([
    { payload: { what: "escalated", roles: [{ role: "ciso" }] } },
  ]);
  expect(await vote(id, cleo)).toMatchObject({ state: "pending", approved: 1, required: 2 });
  expect(await vote(id, ana)).toMatchObject({ state: "approved", approved: 2 });
});

test("A17: an escalation that comes due together with the deadline does not keep the request alive", async () => {
  const id = await approvals.request(requestOf({ escalation }));
  await elapse(use.store.interactive, id, 300_001);
  await approvals.wake(id);
  expect(await approvals.verdict(id)).toMatchObject({ state: "expired", reason: "nobody answered within 5 minutes" });
});

test("a deadline is never early and a woken request that was decided stays decided", async () => {
  const id = await approvals.request(requestOf());
  await elapse(use.store.interactive, id, 299_000);
  await approvals.wake(id);
  expect((await approvals.verdict(id)).state).toBe("pending");
  await vote(id, ana);
  await elapse(use.store.interactive, id, 10_000);
  await approvals.wake(id);
  expect((await approvals.verdict(id)).state).toBe("approved");
});

test("an owner who is not found opens their seat to the others, and the card says so", async () => {
  const owner = role("resource_owner", { from: "resource.tags.Owner" });
  const id = await approvals.request(requestOf(oneStage(2, "security_team", owner)));
  expect((await approvals.view(id))!.stages[0]!.roles[1]!.note).toMatch(/nobody was found/);
  expect(await vote(id, ana)).toMatchObject({ state: "pending" });
  expect(await vote(id, ben)).toMatchObject({ state: "approved" });
});
