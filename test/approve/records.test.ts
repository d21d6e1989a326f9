import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Person } from "../../src/core/ports.ts";
import type { ApprovalService } from "../../src/approve/approvals.ts";
import { useStore } from "../support/database.ts";
import { approvalsOf, auditOf, FakeDirectory, insertPeople, person, requestOf } from "./support.ts";

const use = useStore();
const [ana, ben] = ["Ana", "Ben"].map((name) => person(name)) as [Person, Person];
let directory: FakeDirectory;
let approvals: ApprovalService;

beforeAll(() => insertPeople(use.store.interactive, [ana, ben]));
beforeEach(() => {
  directory = new FakeDirectory();
  directory.roles.set("security_team", [ana, ben]);
  approvals = approvalsOf(use.store, directory);
});

const approve = (approvalId: string, who: Person) =>
  approvals.castVote({ approvalId, revision: 1, person: who, choice: "approve", via: "slack" });

test("L6: approver, digest, card and memberships at the vote are in the audit alone", async () => {
  const id = await approvals.request(requestOf({ planDigest: "a".repeat(64) }));
  directory.roles.set("security_team", [ben]);
  await approve(id, ben);
  directory.roles.set("security_team", []);
  const [opened, cast] = await auditOf(use.store.interactive, id);
  expect(opened!.details).toMatchObject({
    card: { title: "Public bucket acme-logs" },
    planDigest: "a".repeat(64),
    stages: [{ roles: [{ role: "security_team", status: "known", people: [ana.id, ben.id] }] }],
  });
  expect(cast).toMatchObject({
    actor: `person:${ben.id}`,
    details: {
      person: { id: ben.id, name: "Ben", slackUserId: "U0BEN" },
      choice: "approve",
      planDigest: "a".repeat(64),
      members: [{ role: "security_team", status: "known", people: [ben.id] }],
    },
  });
});

test("the inbox lists what a person is asked to decide, and what they decided", async () => {
  const asked = person("Dora");
  directory.roles.set("security_team", [asked]);
  const id = await approvals.request(requestOf());
  const mine = (state: "pending" | "approved") =>
    approvals.list({ tenantId: "default", personId: asked.id, state }).then((all) => all.map((each) => each.id));
  expect(await mine("pending")).toEqual([id]);
  await approve(id, asked);
  expect(await mine("pending")).toEqual([]);
  expect(await mine("approved")).toEqual([id]);
});

test("hostile text in a reason is stored harmlessly", async () => {
  const id = await approvals.request(requestOf());
  expect(
    await approvals.castVote({
      approvalId: id,
      person: ana,
      choice: "deny",
      via: "http",
      reason: `bad\u0000 \ud800 '; DROP TABLE vote; --${"x".repeat(3000)}`,
    }),
  ).toMatchObject({
    state: "denied",
  });
  expect((await approvals.view(id))!.votes[0]!.reason).toHaveLength(2_000);
});
