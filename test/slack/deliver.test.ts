import { describe, expect, test } from "@jest/globals";
import { newId } from "../../src/core/identifiers.ts";
import { channel, useOffice } from "./office.ts";
import { approvalView, runView, vote } from "./views.ts";

const office = useOffice();

/** A run that waits for approval, with its card told. */
async function askedRun() {
  const run = runView();
  const approval = approvalView(run);
  office.runs.set(run.id, run);
  office.approvals.set(approval.id, approval);
  const card = await office.tell({ kind: "card", subjectId: run.id, dedupeKey: `card:${run.id}`, priority: 0 });
  return { run, approval, card };
}

const want = (key: string) =>
  office.sql("UPDATE notice SET wanted = wanted + 1 WHERE dedupe_key = $1 RETURNING id", [key]);
const rowOf = async (id: string) =>
  (await office.sql<Record<string, unknown>>("SELECT * FROM notice WHERE id = $1", [id]))[0]!;
const cards = () => office.sandbox.driver.messages(channel);

describe("delivery", () => {
  test("a card is posted with its metadata, and changed in place afterwards", async () => {
    const { run, approval, card } = await askedRun();
    await office.work();
    const [message] = cards();
    expect(message!.text).toContain("Approval needed: Block public access on acme-logs");
    expect(message!.metadata).toEqual({ event_type: "policycortex_notice", event_payload: { notice_id: card } });
    office.approvals.set(approval.id, { ...approval, state: "approved", decidedAt: "2026-11-22T10:02:00.000Z" });
    office.runs.set(run.id, { ...run, state: "succeeded", finishedAt: "2026-11-22T10:02:42.000Z", undoable: true });
    await want(`card:${run.id}`);
    await office.slack.deliver(card);
    expect(cards()).toHaveLength(1);
    expect(cards()[0]!.text).toContain("Done");
    expect(await rowOf(card)).toMatchObject({ shown: 2, wanted: 2, state: "open", team_id: office.sandbox.teamId });
    const update = office.sandbox.driver.apiLog().find((call) => call.method === "chat.update")!;
    expect(update.args).toMatchObject({ parse: "none", link_names: expect.anything() });
  });

  test("an answer lost after the effect gives one card: it is found by its metadata and adopted", async () => {
    office.sandbox.driver.setFault({ method: "chat.postMessage", kind: "drop_after" });
    const { card } = await askedRun();
    await office.work();
    expect(cards()).toHaveLength(1);
    expect(await rowOf(card)).toMatchObject({ ts: cards()[0]!.ts, channel_id: channel, shown: 1 });
  });

  test.each(["drop_before", "status"] as const)("%s before the effect: posted later, once", async (kind) => {
    office.sandbox.driver.setFault({ method: "chat.postMessage", kind, value: 503, times: 2 });
    const { card } = await askedRun();
    await office.work(15_000);
    expect(cards()).toHaveLength(1);
    expect(await rowOf(card)).toMatchObject({ shown: 1, failures: 0, last_error: null });
  });

  test("killed between post and store: the next attempt adopts the message", async () => {
    const { run, card } = await askedRun();
    await office.work();
    // As if the process had died before it could write down what Slack answered.
    await office.sql("UPDATE notice SET ts = NULL, shown = 0, posting_at = now(), lease_until = NULL WHERE id = $1", [
      card,
    ]);
    await office.another().deliver(card);
    expect(cards()).toHaveLength(1);
    expect(await rowOf(card)).toMatchObject({ ts: cards()[0]!.ts, shown: 1 });
    expect(run.id).toBeDefined();
  });

  test("429 is waited for by everybody, and nothing is lost", async () => {
    office.sandbox.driver.setFault({ method: "chat.postMessage", kind: "429", value: 1, times: 1 });
    const { card } = await askedRun();
    await office.slack.deliver(card);
    expect(cards()).toHaveLength(0);
    const calls = office.sandbox.driver.apiLog().length;
    await office.another().deliver(card);
    expect(office.sandbox.driver.apiLog().filter((call) => call.method === "chat.postMessage")).toHaveLength(1);
    expect(calls).toBeGreaterThan(0);
    await office.work();
    expect(cards()).toHaveLength(1);
  });

  test("429 on a change is waited for, and the newest state is shown afterwards", async () => {
    const { run, approval, card } = await askedRun();
    await office.work();
    office.sandbox.driver.setFault({ method: "chat.update", kind: "429", value: 1 });
    await want(`card:${run.id}`);
    await office.slack.deliver(card);
    office.approvals.set(approval.id, { ...approval, state: "denied" });
    await want(`card:${run.id}`);
    await office.work();
    expect(cards()[0]!.text).toContain("Denied");
    expect(office.sandbox.driver.apiLog().filter((call) => call.method === "chat.update")).toHaveLength(2);
  });

  test("a worker that died while it held a message loses it when its lease is over", async () => {
    const { card } = await askedRun();
    await office.sql("UPDATE notice SET lease_until = now() + interval '1 second' WHERE id = $1", [card]);
    await office.work(10_000);
    expect(cards()).toHaveLength(1);
  });

  test("a vote is told once by its own reply, with the tally as it was then", async () => {
    const { run, approval } = await askedRun();
    await office.work();
    const person = newId();
    const voteId = newId();
    await office.sql("INSERT INTO person (id, tenant_id, key, display_name) VALUES ($1, 'default', $2, 'Ana')", [person, person]); // prettier-ignore
    await office.sql(
      `INSERT INTO approval (id, tenant_id, run_id, node, revision, state, plan_digest, plan, impact, card, expiry_roles, expires_at, audit_head)
       VALUES ($1, 'default', $2, 'gate', 1, 'pending', 'd', '[]', 'HIGH', '{}', '[]', now(), 'h')`,
      [approval.id, run.id],
    );
    await office.sql("INSERT INTO vote (id, tenant_id, approval_id, stage, person_id, choice, via) VALUES ($1, 'default', $2, 0, $3, 'approve', 'slack')", [voteId, approval.id, person]); // prettier-ignore
    const later = vote({ castAt: "2026-11-22T10:04:00.000Z" });
    office.approvals.set(approval.id, { ...approval, votes: [vote({ personId: person }), later] });
    await office.tell({ kind: "vote", subjectKind: "approval", subjectId: approval.id, dedupeKey: `vote:${voteId}:approve`, threadOf: `card:${run.id}`, payload: { voteId, personId: person, choice: "approve" } }); // prettier-ignore
    await office.work();
    const thread = office.sandbox.driver.messages(channel, { threadTs: cards()[0]!.ts });
    expect(thread.at(-1)!.text).toBe("Approved by Ana Analyst · 1 of 2");
  });

  test("two workers at once: one message", async () => {
    const { card } = await askedRun();
    await Promise.all([office.slack.deliver(card), office.another().deliver(card), office.another().deliver(card)]);
    await office.work();
    expect(cards()).toHaveLength(1);
    expect(office.sandbox.driver.apiLog().filter((call) => call.method === "chat.postMessage")).toHaveLength(1);
  });

  test("replies wait for their parent and keep the order in which they were told", async () => {
    const { run, card } = await askedRun();
    const key = `card:${run.id}`;
    const told: string[] = [];
    for (const what of ["rolling_back", "rolled_back"])
      told.push(await office.tell({ kind: "milestone", subjectId: run.id, dedupeKey: `milestone:${run.id}:${what}`, threadOf: key, payload: { what } })); // prettier-ignore
    await office.slack.deliver(told[1]!);
    await office.slack.deliver(told[0]!);
    expect(cards()).toHaveLength(0);
    await office.slack.deliver(card);
    await office.slack.deliver(told[1]!);
    await office.work(10_000);
    const thread = office.sandbox.driver.messages(channel, { threadTs: cards()[0]!.ts });
    expect(thread.map((message) => message.text.split(":")[0])).toEqual([
      "Approval needed",
      "Rolling back what was changed",
      "Rolled back",
    ]);
  });

  test("a further request is a broadcast reply, and what hangs on it lands in the same thread", async () => {
    const { run } = await askedRun();
    const undo = runView({ kind: "undo", parentRunId: run.id, title: "Undo: Block public access on acme-logs" });
    office.runs.set(undo.id, undo);
    await office.tell({ kind: "request", subjectId: undo.id, dedupeKey: `card:${undo.id}`, threadOf: `card:${run.id}`, payload: { broadcast: true } }); // prettier-ignore
    await office.tell({ kind: "progress", subjectId: undo.id, dedupeKey: `progress:${undo.id}`, threadOf: `card:${undo.id}` }); // prettier-ignore
    await office.work();
    const [card] = cards();
    const thread = office.sandbox.driver.messages(channel, { threadTs: card!.ts });
    expect(thread).toHaveLength(3);
    expect(thread[1]).toMatchObject({ subtype: "thread_broadcast" });
  });

  test("a channel the bot is not in: dead, told once, tried again only when something new is wanted", async () => {
    office.sandbox.driver.removeBot(channel);
    const { run, card } = await askedRun();
    await office.work();
    expect(await rowOf(card)).toMatchObject({ state: "dead", last_error: "not_in_channel" });
    expect(office.logged.filter((line) => line.details["alert"] === true)).toHaveLength(1);
    await office.slack.deliver(card);
    expect(office.sandbox.driver.apiLog().filter((call) => call.method === "chat.postMessage")).toHaveLength(1);
    office.sandbox.driver.addBot(channel);
    await want(`card:${run.id}`);
    await office.slack.deliver(card);
    expect(cards()).toHaveLength(1);
  });

  test("a revoked token kills nothing: it is posted when the administrator has mended it", async () => {
    const { card } = await askedRun();
    office.sandbox.driver.revokeToken();
    await office.slack.deliver(card);
    expect(await rowOf(card)).toMatchObject({ state: "open", shown: 0 });
    office.sandbox.driver.revokeToken(false);
    await office.slack.deliver(card);
    expect(cards()).toHaveLength(1);
  });

  test("a message deleted by somebody is posted anew once", async () => {
    const { run, card } = await askedRun();
    await office.work();
    office.sandbox.driver.setFault({ method: "chat.update", kind: "error", value: "message_not_found", times: 5 });
    await want(`card:${run.id}`);
    await office.slack.deliver(card);
    await office.work();
    expect(cards()).toHaveLength(2);
    await want(`card:${run.id}`);
    await office.slack.deliver(card);
    expect(await rowOf(card)).toMatchObject({ state: "dead" });
    expect(cards()).toHaveLength(2);
  });

  test("refused blocks fall back to words with the same buttons", async () => {
    office.sandbox.driver.setFault({ method: "chat.postMessage", kind: "error", value: "invalid_blocks" });
    await askedRun();
    await office.work();
    expect(office.sandbox.driver.liveControls(channel).map((one) => one.actionId)).toEqual([
      "approval.approve",
      "approval.deny",
      "approval.details",
    ]);
  });

  test("progress changes at most every 3 s, its end at once", async () => {
    const run = runView({ state: "running" });
    office.runs.set(run.id, run);
    const key = `progress:${run.id}`;
    const id = await office.tell({ kind: "progress", subjectId: run.id, dedupeKey: key, priority: 9 });
    await office.work();
    const updates = () => office.sandbox.driver.apiLog().filter((call) => call.method === "chat.update");
    for (let n = 0; n < 5; n++) {
      await want(key);
      await office.slack.deliver(id);
    }
    expect(updates()).toHaveLength(1);
    office.runs.set(run.id, { ...run, state: "succeeded", finishedAt: run.updatedAt });
    await want(key);
    await office.slack.deliver(id);
    expect(updates()).toHaveLength(2);
  });

  test("a workflow's message is shown letter by letter, and its run is woken with where it stands", async () => {
    const run = runView();
    const id = await office.tell({ kind: "message", subjectId: run.id, dedupeKey: newId(), channel: "#security-reports", payload: { text: "<!channel> *done*" } }); // prettier-ignore
    await office.work();
    const [message] = office.sandbox.driver.messages("C0REPORTS");
    expect(message!.text).toBe("&lt;!channel&gt; *done*");
    expect(message!.blocks[0]).toMatchObject({ text: { type: "plain_text", text: "<!channel> *done*" } });
    const [signal] = await office.sql("SELECT * FROM signal WHERE run_id = $1", [run.id]);
    expect(signal).toMatchObject({ key: `notice:${id}`, payload: { status: "delivered", ts: message!.ts, channel: "C0REPORTS" } }); // prettier-ignore
  });

  test("a workflow's message to a channel that does not exist wakes its run with the failure", async () => {
    const run = runView();
    const id = await office.tell({ kind: "message", subjectId: run.id, dedupeKey: newId(), channel: "#nowhere", payload: { text: "hello" } }); // prettier-ignore
    await office.work();
    const [signal] = await office.sql("SELECT * FROM signal WHERE run_id = $1", [run.id]);
    expect(signal).toMatchObject({ key: `notice:${id}`, payload: { status: "failed" } });
  });

  test("12 runs at once under enforced limits: every card is shown, and no storm of refusals", async () => {
    for (let n = 0; n < 12; n++) await askedRun();
    await office.work(30_000);
    expect(cards()).toHaveLength(12);
    expect(office.sandbox.driver.apiLog().filter((call) => call.status === 429).length).toBeLessThanOrEqual(1);
  });
});
