import { describe, expect, test } from "@jest/globals";
import { newId } from "../../src/core/identifiers.ts";
import type { ApprovalView } from "../../src/core/approval.ts";
import type { RunView } from "../../src/core/run.ts";
import { channel, useOffice } from "./office.ts";
import { approvalView, runView } from "./views.ts";

const office = useOffice();

async function asked(patch: { readonly run?: Partial<RunView>; readonly approval?: Partial<ApprovalView> } = {}) {
  const run = runView(patch.run);
  const approval = approvalView(run, patch.approval);
  office.runs.set(run.id, run);
  office.approvals.set(approval.id, approval);
  await office.tell({ kind: "card", subjectId: run.id, dedupeKey: `card:${run.id}`, priority: 0 });
  await office.work();
  const [card] = office.sandbox.driver.messages(channel).slice(-1);
  return { run, approval, ts: card!.ts };
}

/** What one person alone is told. */
const whispers = (user: string) => office.sandbox.driver.messages(channel, { as: user }).filter((message) => message.ephemeral_for === user).map((message) => message.text); // prettier-ignore
/** Clicks are acknowledged before they are carried out. */
async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (let n = 0; n < 100; n++) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error("it never came");
}
const called = (name: string) => office.calls.filter((call) => call.name === name).map((call) => call.args);
const whispered = (user: string) => until(() => whispers(user)[0]);

describe("votes", () => {
  test("a click is one vote by the person who clicked, on the revision that was shown", async () => {
    const { approval, ts } = await asked({ approval: { revision: 3 } });
    const result = await office.sandbox.driver.click("U0ANALYST", { channel, ts, actionId: "approval.approve" });
    expect(result).toMatchObject({ seen: "ok" });
    expect(result.ackMs).toBeLessThan(1_000);
    const [vote] = await until(() => called("castVote").length > 0 && called("castVote"));
    expect(vote).toMatchObject({ approvalId: approval.id, revision: 3, choice: "approve", via: "slack" });
    expect(vote!["person"]).toMatchObject({ slackUserId: "U0ANALYST", email: "ana@example.com" });
    expect(whispers("U0ANALYST")).toEqual([]);
  });

  test.each([
    ["own_request", "somebody else"],
    ["not_an_approver", "not among the approvers"],
    ["already_decided", "already decided"],
    ["stale_revision", "newest card"],
    ["forged_reference", "no such request"],
    ["directory_unreachable", "try again"],
  ] as const)(
    "a vote refused as %s is told to its caster only; an outdated card is drawn anew",
    async (code, words) => {
      const { ts, run } = await asked();
      office.outcome = { outcome: "refused", code, message: "" };
      await office.sandbox.driver.click("U0OUTSIDER", { channel, ts, actionId: "approval.approve" });
      expect(await whispered("U0OUTSIDER")).toContain(words);
      expect(whispers("U0ANALYST")).toEqual([]);
      const [notice] = await office.sql<{ wanted: number }>("SELECT wanted FROM notice WHERE dedupe_key = $1", [`card:${run.id}`]); // prettier-ignore
      expect(notice!.wanted).toBe(code === "already_decided" || code === "stale_revision" ? 2 : 1);
    },
  );

  test("S2: a replayed click is answered 200 and casts nothing, on another process as well", async () => {
    const { ts } = await asked();
    const first = await office.sandbox.driver.click("U0ANALYST", { channel, ts, actionId: "approval.approve" });
    office.slack = office.another();
    expect((await office.sandbox.driver.replay(first.deliveryId!)).status).toBe(200);
    await until(() => called("castVote").length > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(called("castVote")).toHaveLength(1);
  });

  test("S6: ids inside value, metadata or state are never who somebody is", async () => {
    const { ts, approval } = await asked();
    const { deliveryId } = await office.sandbox.driver.click("U0ANALYST", {
      channel,
      ts,
      actionId: "approval.details",
    });
    const sent = office.sandbox.driver.deliveries().find((one) => one.id === deliveryId)!;
    const payload = JSON.parse(new URLSearchParams(sent.body).get("payload")!) as Record<string, unknown>;
    const lie = {
      ...payload,
      trigger_id: "1.2.other",
      user_id: "U0CISO",
      state: { user: { id: "U0CISO" } },
      actions: [{ type: "button", action_id: "approval.approve", block_id: "b", action_ts: "1", value: `${approval.id}:1`, user: { id: "U0CISO" } }], // prettier-ignore
    };
    await office.sandbox.driver.forge({ body: new URLSearchParams({ payload: JSON.stringify(lie) }).toString() });
    const [vote] = await until(() => called("castVote").length > 0 && called("castVote"));
    expect(vote!["person"]).toMatchObject({ slackUserId: "U0ANALYST" });
  });

  test.each([
    ["from another workspace", { team_id: "T0OTHER" }],
    ["a guest", { is_restricted: true }],
    ["a single-channel guest", { is_ultra_restricted: true }],
    ["a stranger of a shared channel", { is_stranger: true }],
    ["a bot", { is_bot: true }],
    ["deactivated", { deleted: true }],
  ])("S7: somebody who is %s is refused privately", async (_, patch) => {
    const { ts, approval } = await asked();
    const { deliveryId } = await office.sandbox.driver.click("U0ANALYST", {
      channel,
      ts,
      actionId: "approval.details",
    });
    const sent = office.sandbox.driver.deliveries().find((one) => one.id === deliveryId)!;
    const payload = JSON.parse(new URLSearchParams(sent.body).get("payload")!) as { user: object };
    const team = "team_id" in patch ? { team_id: patch.team_id } : {};
    office.sandbox.driver.editUser("U0OUTSIDER", patch);
    const action = { type: "button", action_id: "approval.approve", block_id: "b", action_ts: "1", value: `${approval.id}:1` }; // prettier-ignore
    const theirs = { ...payload, trigger_id: newId(), user: { ...payload.user, id: "U0OUTSIDER", ...team }, actions: [action] }; // prettier-ignore
    const result = await office.sandbox.driver.forge({ body: new URLSearchParams({ payload: JSON.stringify(theirs) }).toString() }); // prettier-ignore
    expect(result.status).toBe(200);
    // The click's own response URL belongs to the first clicker in the sandbox, so that is where the words appear.
    expect(await whispered("U0ANALYST")).toContain("You cannot do this here");
    expect(called("castVote")).toEqual([]);
  });

  test("S7: a payload of another workspace is refused", async () => {
    const { ts, approval } = await asked();
    const { deliveryId } = await office.sandbox.driver.click("U0ANALYST", {
      channel,
      ts,
      actionId: "approval.details",
    });
    const sent = office.sandbox.driver.deliveries().find((one) => one.id === deliveryId)!;
    const payload = JSON.parse(new URLSearchParams(sent.body).get("payload")!) as object;
    const action = { type: "button", action_id: "approval.approve", block_id: "b", action_ts: "1", value: `${approval.id}:1` }; // prettier-ignore
    const theirs = { ...payload, team: { id: "T0OTHER", domain: "other" }, actions: [action] };
    await office.sandbox.driver.forge({ body: new URLSearchParams({ payload: JSON.stringify(theirs) }).toString() });
    expect(await whispered("U0ANALYST")).toContain("only members of this workspace");
    expect(called("castVote")).toEqual([]);
  });

  test("A13: buttons of a copied message, or naming another request, are refused", async () => {
    const { ts, approval } = await asked();
    const other = approvalView(runView());
    office.approvals.set(other.id, other);
    const { deliveryId } = await office.sandbox.driver.click("U0ANALYST", {
      channel,
      ts,
      actionId: "approval.details",
    });
    const sent = office.sandbox.driver.deliveries().find((one) => one.id === deliveryId)!;
    const payload = JSON.parse(new URLSearchParams(sent.body).get("payload")!) as { container: object };
    const action = (value: string) => [{ type: "button", action_id: "approval.approve", block_id: "b", action_ts: "1", value }]; // prettier-ignore
    const forged = [
      { ...payload, container: { ...payload.container, message_ts: "1.000001" }, actions: action(`${approval.id}:1`) },
      { ...payload, actions: action(`${other.id}:1`) },
      { ...payload, actions: action("not-an-id:1") },
      { ...payload, actions: action(`${approval.id}:1:U0CISO`) },
    ];
    for (const [index, body] of forged.entries()) {
      await office.sandbox.driver.forge({ body: new URLSearchParams({ payload: JSON.stringify(body) }).toString() });
      await until(() => whispers("U0ANALYST").length > index);
    }
    expect(new Set(whispers("U0ANALYST"))).toEqual(new Set([expect.stringContaining("does not belong to a message")]));
    expect(called("castVote")).toEqual([]);
    expect(office.logged.filter((line) => line.details["code"] === "forged_reference")).toHaveLength(4);
  });
});

describe("the deny form", () => {
  test("asks for the reason, and the denial counts with it", async () => {
    const { approval, ts } = await asked();
    await office.sandbox.driver.click("U0ANALYST", { channel, ts, actionId: "approval.deny" });
    const view = await until(() => office.sandbox.driver.views("U0ANALYST")[0]);
    expect(view.callback_id).toBe("approval.deny_reason");
    const result = await office.sandbox.driver.submitView("U0ANALYST", { reason: { reason: "The shop reads it" } });
    expect(result.seen).toBe("modal_closed");
    expect(called("castVote")).toEqual([expect.objectContaining({ approvalId: approval.id, revision: 1, choice: "deny", reason: "The shop reads it" })]); // prettier-ignore
  });

  test("somebody who may not deny gets words, no form", async () => {
    const { ts } = await asked();
    await office.sandbox.driver.click("U0OUTSIDER", { channel, ts, actionId: "approval.deny" });
    expect(await whispered("U0OUTSIDER")).toContain("not among the approvers");
    expect(office.sandbox.driver.views("U0OUTSIDER")).toEqual([]);
  });

  test("a role that only the directory knows opens the form", async () => {
    const { ts } = await asked();
    office.roles = ["resource_owner"];
    await office.sandbox.driver.click("U0OUTSIDER", { channel, ts, actionId: "approval.deny" });
    await until(() => office.sandbox.driver.views("U0OUTSIDER")[0]);
  });

  test("the requester is told before writing anything", async () => {
    const { ts, approval } = await asked();
    await office.sandbox.driver.click("U0ANALYST", { channel, ts, actionId: "approval.approve" });
    const [vote] = await until(() => called("castVote").length > 0 && called("castVote"));
    const { id } = vote!["person"] as { id: string };
    office.approvals.set(approval.id, { ...approval, requesterPersonId: id });
    await office.sandbox.driver.click("U0ANALYST", { channel, ts, actionId: "approval.deny" });
    expect(await whispered("U0ANALYST")).toContain("somebody else");
  });

  test("submitted after somebody else decided: told so, nothing denied", async () => {
    const { ts } = await asked();
    await office.sandbox.driver.click("U0ANALYST", { channel, ts, actionId: "approval.deny" });
    await until(() => office.sandbox.driver.views("U0ANALYST")[0]);
    office.outcome = { outcome: "refused", code: "already_decided", message: "", state: "approved" };
    const result = await office.sandbox.driver.submitView("U0ANALYST", { reason: { reason: "Too late" } });
    expect(result.seen).toBe("modal_updated");
    const [view] = office.sandbox.driver.views("U0ANALYST");
    expect(JSON.stringify(view!.blocks)).toContain("Nothing was denied");
  });
});

describe("other buttons", () => {
  test("details open at once and hold the whole plan, the digest and the way back", async () => {
    const { ts } = await asked();
    await office.sandbox.driver.click("U0OUTSIDER", { channel, ts, actionId: "approval.details" });
    const view = await until(() => office.sandbox.driver.views("U0OUTSIDER").find((one) => one.blocks.length > 2));
    const text = JSON.stringify(view.blocks);
    for (const fact of ["b".repeat(64), "d".repeat(64), "preserve_existing_policy", "RestrictPublicBuckets", "rollback: yes"]) expect(text).toContain(fact); // prettier-ignore
  });

  test.each([
    ["run.undo", { state: "succeeded", undoable: true }, {}, "undoRun"],
    ["run.retry", { state: "failed" }, {}, "retryRun"],
    ["run.stop", { state: "running" }, { state: "approved" }, "stopRun"],
    ["approval.again", { state: "expired" }, { state: "expired" }, "requestAgain"],
  ] as const)("%s calls its operation, and a refusal is told privately", async (actionId, run, approval, name) => {
    const { ts } = await asked({ run, approval });
    await office.sandbox.driver.click("U0MANAGER", { channel, ts, actionId }, { confirm: "accept" });
    await until(() => called(name).length === 1);
    office.refuse = "You may not do that: permissions name other roles.";
    await office.sandbox.driver.click("U0OUTSIDER", { channel, ts, actionId }, { confirm: "accept" });
    expect(await whispered("U0OUTSIDER")).toContain("You may not do that");
  });

  test("an unknown action is acknowledged and logged", async () => {
    const { ts } = await asked();
    const { deliveryId } = await office.sandbox.driver.click("U0ANALYST", {
      channel,
      ts,
      actionId: "approval.details",
    });
    const sent = office.sandbox.driver.deliveries().find((one) => one.id === deliveryId)!;
    const body = sent.body.replaceAll("approval.details", "approval.dance");
    expect((await office.sandbox.driver.forge({ body })).status).toBe(200);
    await until(() => office.logged.some((line) => line.details["actionId"] === "approval.dance"));
  });
});

describe("/policycortex", () => {
  const say = async (text: string, user = "U0ANALYST") => {
    const before = whispers(user).length;
    const result = await office.sandbox.driver.slash(user, channel, "/policycortex", text);
    expect(result).toMatchObject({ status: 200, seen: "ok" });
    return until(() => office.sandbox.driver.messages(channel, { as: user }).filter((one) => one.ephemeral_for === user)[before]); // prettier-ignore
  };

  test("help lists every command, and only those", async () => {
    const text = JSON.stringify((await say("help")).blocks);
    for (const word of ["workflows", "run WORKFLOW", "status RUN", "history", "approvals", "stop RUN", "undo RUN", "pause", "resume", "whoami"]) expect(text).toContain(word); // prettier-ignore
    for (const word of ["report", "metrics", "request"]) expect(text).not.toContain(`/policycortex ${word}`);
  });

  test("run passes assignments on, with quotes and Slack's escapes undone", async () => {
    await say("run auto-remediate-s3-public-access resource.name=“acme logs” severity=HIGH note='a &amp; b'");
    expect(called("startRun")).toEqual([
      expect.objectContaining({
        workflow: "auto-remediate-s3-public-access",
        assignments: { "resource.name": "acme logs", severity: "HIGH", note: "a & b" },
        channelId: channel,
        tenantId: "default",
      }),
    ]);
    office.refuse = "permissions: nobody may run this";
    expect((await say("run x")).text).toContain("Not started: permissions");
    expect((await say("run")).text).toContain("Which workflow?");
  });

  test("status, approvals, history and workflows show what there is", async () => {
    const { run } = await asked();
    expect(JSON.stringify((await say(`status ${run.id}`)).blocks)).toContain("0 of 2");
    expect((await say(`status ${run.id.slice(-12)}`)).text).toContain("Approval needed");
    expect((await say("status nonsense")).text).toContain("There is no run nonsense");
    expect(JSON.stringify((await say("approvals")).blocks)).toContain("Block public access on acme-logs");
    expect(JSON.stringify((await say("history")).blocks)).toContain(run.id);
    expect(JSON.stringify((await say("workflows")).blocks)).toContain("auto-remediate-s3-public-access");
  });

  test("stop, undo, pause and resume call their operations", async () => {
    const { run } = await asked();
    await say(`stop ${run.id} too risky`);
    expect(called("stopRun")).toEqual([expect.objectContaining({ runId: run.id, reason: "too risky" })]);
    await say(`undo ${run.id}`);
    await say("pause");
    await say("resume");
    expect(office.calls.map((call) => call.name)).toEqual(["stopRun", "undoRun", "pause", "resume"]);
    office.refuse = "only security_team may pause";
    expect((await say("pause")).text).toContain("Not paused: only security_team");
  });

  test("whoami names person and roles; a mistyped word gets a suggestion; guests get nothing", async () => {
    office.roles = ["security_team"];
    expect(JSON.stringify((await say("whoami")).blocks)).toContain("security_team");
    expect((await say("aprovals")).text).toContain('Did you mean "approvals"?');
    expect((await say("report weekly")).text).toContain("I do not know");
    office.sandbox.driver.editUser("U0OUTSIDER", { is_restricted: true });
    expect((await say("help", "U0OUTSIDER")).text).toContain("You cannot do this here");
  });
});
