import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { finding, postEvent, type EventAnswer } from "../support/finding.ts";
import { startProduct, type Product } from "../support/product.ts";
import { approveAsBoth, cards, offering, pass, puts, replied, says, textOf, thread, whispered } from "./channel.ts";

/** Whatever comes twice happens once: one run, one execution, one card. */

let product: Product;
beforeEach(async () => {
  product = await startProduct();
});
afterEach(async () => {
  await product.stop();
});

const approve = "approval.approve";

async function runs(): Promise<number> {
  return product.app.store.interactive.run.count();
}

/** The run is over and its card says so; one of everything. */
async function doneOnce(card: string): Promise<void> {
  await says(product, card, /Done in/);
  await eventually(async () => (await product.app.store.interactive.run.count({ where: { finished: false } })) === 0);
  expect(await runs()).toBe(1);
  expect(puts(product.aws)).toHaveLength(1);
  expect(cards(product).filter((message) => textOf(message).includes("Done:"))).toHaveLength(1);
}

test("A7: two people approving at the same moment: approved, one execution", async () => {
  await postEvent(product, finding());
  const card = await offering(product, approve);
  const clicks = await product.slack.driver.clickAtOnce(["U0ANALYST", "U0OWNER"], { ts: card, actionId: approve });
  expect(clicks.map(({ seen }) => seen)).toEqual(["ok", "ok"]);
  await doneOnce(card);
});

test("S8: a double click is one vote, both acknowledged within Slack's 3 s", async () => {
  await postEvent(product, finding());
  const card = await offering(product, approve);
  const clicks = await product.slack.driver.doubleClick("U0ANALYST", { ts: card, actionId: approve });
  expect(clicks.map(({ seen }) => seen)).toEqual(["ok", "ok"]);
  for (const { ackMs } of clicks) expect(ackMs).toBeLessThan(3_000);
  await says(product, card, "1 of 2");
  expect(await product.app.store.interactive.vote.count()).toBe(1);
  await product.slack.driver.doubleClick("U0OWNER", { ts: card, actionId: approve });
  await doneOnce(card);
  expect(await product.app.store.interactive.vote.count()).toBe(2);
  expect(thread(product, card).filter((message) => textOf(message).includes("Approved by"))).toHaveLength(2);
});

test("S2: the same signed click sent again is answered 200 and counts no second time", async () => {
  await postEvent(product, finding());
  const card = await offering(product, approve);
  const first = await product.slack.driver.click("U0ANALYST", { ts: card, actionId: approve });
  await says(product, card, "1 of 2");
  const again = await product.slack.driver.replay(first.deliveryId!);
  expect(again.status).toBe(200);
  const votes = await product.app.store.interactive.auditEntry.count({ where: { action: "approval.voted" } });
  await product.slack.driver.click("U0OWNER", { ts: card, actionId: approve });
  await doneOnce(card);
  expect(await product.app.store.interactive.vote.count()).toBe(2);
  expect(votes).toBeLessThan(2);
});

test("A10: a click on what an old client still shows is told that it is decided", async () => {
  await postEvent(product, finding());
  const card = await offering(product, approve);
  await approveAsBoth(product, card);
  await doneOnce(card);
  await product.slack.driver.clickStale("U0SENIOR", { ts: card, actionId: approve, version: 0 });
  await whispered(product, "U0SENIOR", /already (approved|decided)/);
  await doneOnce(card);
});

test("E15: the same event twice is a duplicate with the same run; the same violation under a new id too", async () => {
  const event = finding();
  const [first, second] = await Promise.all([postEvent(product, event), postEvent(product, event)]);
  const runId = [...first.results, ...second.results].flatMap((result) => result.runs);
  expect(new Set(runId).size).toBe(1);
  expect([first.results[0]?.status, second.results[0]?.status].sort()).toEqual(["accepted", "duplicate"]);
  const other = await postEvent(product, finding({ violation: event.violation.id }));
  expect(other.results[0]).toMatchObject({ status: "accepted", runs: [runId[0]] });
  const card = await offering(product, approve);
  await approveAsBoth(product, card);
  await doneOnce(card);
});

test("E15: 200 events of one violation in parallel are one run and one card", async () => {
  const { id } = finding().violation;
  const send = (n: number) => postEvent(product, finding({ id: `flood-${n}`, violation: id }));
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  const answers = await Promise.all(numbers.map(send));
  // Back-pressure is an answer: a sender repeats what was not taken, and then it is stored.
  const refused = numbers.filter((n) => answers[n]!.status !== 202);
  for (const n of refused) expect(answers[n]!.status).toBe(503);
  process.stderr.write(`E15: ${refused.length} of 200 were asked to come back later\n`);
  for (const n of refused) answers[n] = await eventually(async () => taken(await send(n)));
  const card = await offering(product, approve, 30_000);
  expect(await runs()).toBe(1);
  expect(new Set(answers.flatMap(({ results }) => results.flatMap((result) => result.runs))).size).toBe(1);
  expect(await product.app.store.interactive.event.count()).toBe(200);
  await approveAsBoth(product, card);
  await doneOnce(card);
}, 120_000);

const taken = (answer: EventAnswer) => answer.status === 202 && answer;

test("A8: a vote at the deadline or the deadline: one outcome, never both", async () => {
  await postEvent(product, finding());
  const card = await offering(product, approve);
  await product.slack.driver.click("U0ANALYST", { ts: card, actionId: approve });
  await says(product, card, "1 of 2");
  await Promise.all([pass(product, 300_000), product.slack.driver.click("U0OWNER", { ts: card, actionId: approve })]);
  const text = await says(product, card, /Done in|Expired/);
  if (/Expired/.test(text)) {
    await replied(product, card, /Expired/);
    expect(puts(product.aws)).toEqual([]);
  } else expect(puts(product.aws)).toHaveLength(1);
  expect(await product.app.store.interactive.run.count({ where: { finished: false } })).toBe(0);
});
