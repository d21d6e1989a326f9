import { expect, test } from "@jest/globals";
import type { PolicyEvent } from "../../src/core/event.ts";
import type { Json } from "../../src/core/json.ts";
import { normaliseAll } from "../../src/ingest/normalise.ts";
import { storeEvent, type StoredEvent } from "../../src/store/events.ts";
import { inTransaction } from "../../src/store/transaction.ts";
import { useStore } from "../support/database.ts";
import { asff, context, nativeEvent } from "./context.ts";

const use = useStore();

function event(value: unknown, tenantId = "default"): PolicyEvent {
  const [result] = normaliseAll(value as Json, { ...context, sender: { ...context.sender, tenantId } });
  if (!result || "ignored" in result) throw new Error("ignored");
  return result.events[0]!;
}
const store = (given: PolicyEvent): Promise<StoredEvent> =>
  inTransaction(use.store.interactive, (transaction) => storeEvent(transaction, given, { status: "accepted" }));
const native = (id: string, changes: object = {}) => ({ ...nativeEvent, event_id: id, ...changes });

test("E15: the same event many times at once is stored once, and every other answer names the first", async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => store(event(native("same")))));
  const stored = answers.filter(({ status }) => status === "stored");
  expect(stored).toHaveLength(1);
  expect(new Set(answers.map(({ eventId }) => eventId))).toEqual(new Set([stored[0]!.eventId]));
  expect(new Set(answers.map(({ findingId }) => findingId)).size).toBe(1);
  expect(await use.store.interactive.event.count({ where: { key: "same" } })).toBe(1);
});

test("E15: the same violation under new ids, in any order, is one finding", async () => {
  const resource = { ...nativeEvent.violation.resource, id: "arn:aws:s3:::busy" };
  const ids = Array.from({ length: 30 }, (_, index) => `flood-${index}`);
  const violation = { ...nativeEvent.violation, resource };
  const answers = await Promise.all(ids.map((id) => store(event(native(id, { violation })))));
  expect(answers.every(({ status }) => status === "stored")).toBe(true);
  expect(new Set(answers.map(({ findingId }) => findingId)).size).toBe(1);
  const finding = await use.store.interactive.finding.findUniqueOrThrow({ where: { id: answers[0]!.findingId! } });
  expect(finding).toMatchObject({ policyName: "s3-no-public-access", resourceId: resource.id, severity: "HIGH" });
});

test("E15: a transaction that fails leaves no key behind", async () => {
  const given = event(native("rolled-back"));
  const failing = inTransaction(use.store.interactive, async (transaction) => {
    await storeEvent(transaction, given, { status: "accepted" });
    throw new Error("the run could not start");
  });
  await expect(failing).rejects.toThrow("could not start");
  expect((await store(event(native("rolled-back")))).status).toBe("stored");
});

test("an updated finding is a new event of the same finding; another tenant has its own", async () => {
  const first = await store(event(asff()));
  expect((await store(event(asff()))).status).toBe("duplicate");
  const update = await store(event(asff({ UpdatedAt: "2026-11-22T00:00:00Z", Severity: { Label: "LOW" } })));
  expect(update).toMatchObject({ status: "stored", findingId: first.findingId });
  const foreign = await store(event(asff(), "acme"));
  expect(foreign.status).toBe("stored");
  expect(foreign.findingId).not.toBe(first.findingId);
});

test("the row holds the event, the decision and the reason", async () => {
  const given = event(native("row", { facts: { kéy: "🙂", deep: { a: [1, null, "x"] } } }));
  const decision = { path: "approval", rule: "no act scope", reasons: ["…"], impact: "HIGH" } as const;
  const outcome = { status: "ignored", decision, reason: "nothing matched" } as const;
  await inTransaction(use.store.interactive, (transaction) => storeEvent(transaction, given, outcome));
  const row = await use.store.interactive.event.findUniqueOrThrow({ where: { id: given.id } });
  expect(row).toMatchObject({ status: "ignored", decision, reason: "nothing matched", format: "native", key: "row" });
  expect(row.body).toEqual(JSON.parse(JSON.stringify(given)));
});

test("an event about nothing has no finding; the longest keys fit", async () => {
  expect((await store(event({ event_type: "deployment.finished", event_id: "d" }))).findingId).toBeUndefined();
  const long = event(
    native("€".repeat(2_048), { violation: { ...nativeEvent.violation, resource: { id: "€".repeat(2_048) } } }),
  );
  expect((await store(long)).status).toBe("stored");
});
