import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { finding, postEvent } from "../support/finding.ts";
import { startProduct, type Product } from "../support/product.ts";
import {
  alerts,
  allBlocked,
  approveAsBoth,
  block,
  controls,
  offering,
  pass,
  puts,
  replied,
  says,
  textOf,
  thread,
  whispered,
  whispers,
} from "./channel.ts";

/** The product's main road, by signed Slack payloads and HTTP: a finding, a card, votes, the fix, proof, undo. */

let product: Product;
beforeEach(async () => {
  product = await startProduct();
});
afterEach(async () => {
  await product.stop();
});

async function asked(): Promise<string> {
  const answer = await postEvent(product, finding());
  expect(answer).toMatchObject({ status: 202, results: [{ status: "accepted" }] });
  return offering(product, "approval.approve");
}

test("A finding becomes a card, two people agree, the bucket is blocked, checked, told; undo restores it exactly", async () => {
  const before = structuredClone(product.aws.state.bucket("acme-logs")!.bucket);
  const card = await asked();
  const text = await says(product, card, "Approval needed");
  for (const words of ["acme-logs", "0 of 2", "123456789012"]) expect(text).toContain(words);

  await product.slack.driver.click("U0OUTSIDER", { ts: card, actionId: "approval.approve" });
  await whispered(product, "U0OUTSIDER", /not among the people/);
  expect(whispers(product, "U0ANALYST")).toEqual([]);

  await approveAsBoth(product, card);
  await replied(product, card, /Approved by.*1 of 2/);
  await replied(product, card, /Approved by.*2 of 2/);
  const done = await says(product, card, /Done in .*/);
  expect(done).toMatch(/Checked/);
  expect(controls(product, card)).toEqual(["run.undo"]);
  expect(block(product.aws)).toEqual(allBlocked);
  expect(product.aws.state.bucket("acme-logs")!.bucket.policy).toBe(before.policy);
  const own = "S3 bucket acme-logs public access disabled automatically";
  const channel = product.slack.driver.messages(alerts).map(textOf).concat(thread(product, card).map(textOf));
  expect(channel.filter((each) => each.includes(own))).toHaveLength(1);

  await product.slack.driver.click("U0SENIOR", { ts: card, actionId: "run.undo" });
  const undo = await offering(product, "approval.approve");
  expect(undo).not.toBe(card);
  expect(await says(product, undo, "Approval needed")).toContain("0 of 2");
  await approveAsBoth(product, undo);
  await says(product, undo, /Done in/);
  await says(product, card, "Undone");
  expect(product.aws.state.bucket("acme-logs")!.bucket).toEqual(before);
  expect(controls(product, card)).toEqual([]);
});

test("Deny asks for a reason in a form: denied, nothing changed, who and why on the card and in the thread", async () => {
  const card = await asked();
  await product.slack.driver.click("U0OUTSIDER", { ts: card, actionId: "approval.deny" });
  await whispered(product, "U0OUTSIDER", /not among/);
  expect(product.slack.driver.views("U0OUTSIDER")).toEqual([]);
  await product.slack.driver.click("U0MANAGER", { ts: card, actionId: "approval.deny" });
  const [form] = await eventually(() => {
    const views = product.slack.driver.views("U0MANAGER");
    return views.length > 0 && views;
  });
  expect(form?.callback_id).toBe("approval.deny_reason");
  const sent = await product.slack.driver.submitView("U0MANAGER", { reason: { reason: "It serves our public site" } });
  expect(sent.seen).toBe("modal_closed");
  expect(await says(product, card, "Denied")).toContain("It serves our public site");
  await replied(product, card, /Denied by.*It serves our public site/);
  await eventually(() => controls(product, card).length === 0);
  expect(puts(product.aws)).toEqual([]);
});

test("A16: no answer by the deadline is expired, said in the thread, the CISO is asked; Request again is a new request", async () => {
  const card = await asked();
  await pass(product, 300_000);
  await says(product, card, "Expired");
  await replied(product, card, /Expired/);
  const notice = await replied(product, card, /Nobody decided by/);
  expect(JSON.stringify(notice.blocks)).toMatch(/S0CISO|U0CISO/);
  expect(puts(product.aws)).toEqual([]);
  await product.slack.driver.click("U0OUTSIDER", { ts: notice.ts, actionId: "approval.again" });
  await whispered(product, "U0OUTSIDER", /may not/);
  const again = notice.ts;
  const asks = () => product.slack.driver.liveControls(alerts).filter((one) => one.actionId === "approval.approve");
  expect(asks()).toEqual([]);
  await product.slack.driver.click("U0SENIOR", { ts: again, actionId: "approval.again" });
  const second = await offering(product, "approval.approve");
  expect(second).not.toBe(card);
  const stillOffered = () => product.slack.driver.liveControls(alerts).some((one) => one.actionId === "approval.again");
  await eventually(() => !stillOffered(), 10_000, "neither card nor notice offers Request again any longer");
  // Whoever asked again is its requester now (A1).
  await product.slack.driver.click("U0SENIOR", { ts: second, actionId: "approval.approve" });
  await whispered(product, "U0SENIOR", /You made this request/);
  await approveAsBoth(product, second);
  await says(product, second, /Done in/);
  expect(block(product.aws)).toEqual(allBlocked);
});

test("A11, A12: a bucket that changes between card and execution is superseded: a new card, no effect before new votes", async () => {
  const card = await asked();
  await product.slack.driver.click("U0ANALYST", { ts: card, actionId: "approval.approve" });
  await says(product, card, "1 of 2");
  const { bucket } = product.aws.state.bucket("acme-logs")!;
  bucket.publicAccessBlock = { ...allBlocked, IgnorePublicAcls: false, RestrictPublicBuckets: false };
  product.aws.state.touch();
  await product.slack.driver.click("U0OWNER", { ts: card, actionId: "approval.approve" });
  await replied(product, card, /not what was shown/);
  const second = await offering(product, "approval.approve");
  expect(await says(product, second, "0 of 2")).toContain("acme-logs");
  expect(puts(product.aws)).toEqual([]);
  await approveAsBoth(product, second);
  await says(product, second, /Done in/);
  expect(puts(product.aws)).toHaveLength(1);
  expect(block(product.aws)).toEqual(allBlocked);
});
