import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { finding, postEvent } from "../support/finding.ts";
import { startProduct, type Product } from "../support/product.ts";
import { allBlocked, approveAsBoth, block, cards, controls, offering, puts, replied, says, textOf } from "./channel.ts";

/** AWS and Slack at their worst during a run: one effect, one card, and the end is told. */

let product: Product;
beforeEach(async () => {
  product = await startProduct();
});
afterEach(async () => {
  await product.stop();
});

const patience = 50_000;

async function approved(): Promise<string> {
  await postEvent(product, finding());
  const card = await offering(product, "approval.approve");
  await approveAsBoth(product, card);
  return card;
}

/** What the world shows at the end of a good run. */
async function fixedOnce(card: string): Promise<void> {
  await says(product, card, /Done in/, patience);
  expect(block(product.aws)).toEqual(allBlocked);
  expect(cards(product).filter((message) => textOf(message).startsWith("Done"))).toHaveLength(1);
  const runs = await product.app.store.interactive.run.findMany({ select: { state: true } });
  expect(runs).toEqual([{ state: "succeeded" }]);
}

test("AWS throttles the effect: tried again, and done once", async () => {
  product.aws.setFault({ service: "s3", action: "PutPublicAccessBlock", kind: "throttle", times: 2 });
  const card = await approved();
  await fixedOnce(card);
  expect(puts(product.aws).filter(({ status }) => status === 200)).toHaveLength(1);
});

test("E3: AWS did it and the answer was lost: the world is read, and nothing is done twice", async () => {
  product.aws.setFault({ service: "s3", action: "PutPublicAccessBlock", kind: "drop_after" });
  const card = await approved();
  await fixedOnce(card);
  expect(puts(product.aws)).toHaveLength(1);
});

test("E3: AWS never got the call: it is made again", async () => {
  product.aws.setFault({ service: "s3", action: "PutPublicAccessBlock", kind: "drop_before" });
  const card = await approved();
  await fixedOnce(card);
  expect(puts(product.aws).filter(({ status }) => status === 200)).toHaveLength(1);
});

test("AWS refuses for good: nothing is half done, the card says what failed and why", async () => {
  const rule = {
    service: "s3",
    action: "PutPublicAccessBlock",
    kind: "error",
    code: "AccessDenied",
    status: 403,
  } as const;
  product.aws.setFault({ ...rule, times: Infinity });
  const before = structuredClone(product.aws.state.bucket("acme-logs")!.bucket);
  const card = await approved();
  const text = await says(product, card, /Couldn't finish|Rolled back|Needs attention/, patience);
  expect(text).toMatch(/AccessDenied|not allowed|refuse|permission/i);
  expect(product.aws.state.bucket("acme-logs")!.bucket).toEqual(before);
  expect(controls(product, card)).not.toContain("approval.approve");
});

test.each([
  ["refuses with 503", { kind: "status", value: 503 }],
  ["loses its answers", { kind: "drop_after" }],
  ["loses the requests", { kind: "drop_before" }],
  ["asks for patience", { kind: "429", value: 1 }],
] as const)("E9: a Slack that %s when the card is posted: exactly one card", async (_, fault) => {
  product.slack.driver.setFault({ method: "chat.postMessage", times: 2, ...fault });
  await postEvent(product, finding());
  const card = await offering(product, "approval.approve", patience);
  expect(cards(product)).toHaveLength(1);
  await approveAsBoth(product, card);
  await fixedOnce(card);
  expect(cards(product).filter((message) => textOf(message).includes("Approval needed"))).toEqual([]);
});

test("E9: Slack is down from the second vote to the end: the run ends, and one card tells it when Slack is back", async () => {
  await postEvent(product, finding());
  const card = await offering(product, "approval.approve");
  await product.slack.driver.click("U0ANALYST", { ts: card, actionId: "approval.approve" });
  await says(product, card, "1 of 2");
  for (const method of ["chat.postMessage", "chat.update"])
    product.slack.driver.setFault({ method, kind: "status", value: 503, times: 10_000 });
  await product.slack.driver.click("U0OWNER", { ts: card, actionId: "approval.approve" });
  await eventually(() => puts(product.aws).length === 1, patience);
  await eventually(() => product.slack.driver.apiLog().filter(({ status }) => status === 503).length >= 3, patience);
  product.slack.driver.clearFaults();
  await fixedOnce(card);
  await replied(product, card, /Approved by.*2 of 2/, patience);
  expect(controls(product, card)).toEqual(["run.undo"]);
});

test("every answer of Slack is lost for a while in the middle of a run: no message twice", async () => {
  await postEvent(product, finding());
  const card = await offering(product, "approval.approve");
  for (const method of ["chat.postMessage", "chat.update"])
    product.slack.driver.setFault({ method, kind: "drop_after", times: 3 });
  await product.slack.driver.click("U0ANALYST", { ts: card, actionId: "approval.approve" });
  await product.slack.driver.click("U0OWNER", { ts: card, actionId: "approval.approve" });
  await fixedOnce(card);
  await replied(product, card, /Approved by.*2 of 2/, patience);
  const ids = product.slack.driver
    .messages("C0ALERTS")
    .concat(product.slack.driver.messages("C0ALERTS", { threadTs: card }))
    .map((message) => [String(message.metadata?.event_payload["notice_id"]), message.ts] as const);
  const places = new Map<string, Set<string>>();
  for (const [id, ts] of ids) places.set(id, (places.get(id) ?? new Set()).add(ts));
  for (const tss of places.values()) expect(tss.size).toBe(1);
});
