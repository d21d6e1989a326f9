import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { finding, postEvent } from "../support/finding.ts";
import { startProduct, type Product } from "../support/product.ts";
import { alerts, allBlocked, approveAsBoth, block, controls, offering, puts, says, whispers } from "./channel.ts";

/** `/policycortex …` as each kind of person, through signed requests. */

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const everybody = ["U0ANALYST", "U0SENIOR", "U0MANAGER", "U0LEAD", "U0CISO", "U0CTO", "U0OWNER", "U0OUTSIDER"];
const security = ["U0ANALYST", "U0SENIOR", "U0MANAGER"];

/** What the person is told privately; nobody else sees it. */
async function ask(person: string, text: string): Promise<string> {
  const before = whispers(product, person).length;
  const sent = await product.slack.driver.slash(person, alerts, "/policycortex", text);
  expect(sent.seen).toBe("ok");
  expect(sent.ackMs).toBeLessThan(3_000);
  const heard = await eventually(() => {
    const all = whispers(product, person);
    return all.length > before && all;
  });
  return heard.at(-1)!;
}

test.each(everybody)("%s: help, workflows, approvals and whoami answer privately", async (person) => {
  for (const word of ["run", "status", "approvals", "stop", "undo", "pause", "resume", "whoami"])
    expect(await ask(person, "help")).toContain(word);
  expect(await ask(person, "workflows")).toContain("auto-remediate-s3-public-access");
  expect(await ask(person, "approvals")).toContain("Nothing waits");
  const who = await ask(person, "whoami");
  if (security.includes(person)) expect(who).toContain("security_team");
  if (person === "U0CISO") expect(who).toContain("ciso");
  if (person === "U0OUTSIDER") expect(who).toMatch(/hold no/);
});

test("a mistyped word is answered with what was probably meant", async () => {
  expect(await ask("U0ANALYST", "stauts")).toContain("status");
  expect(await ask("U0ANALYST", "run no-such-workflow")).toMatch(/no workflow/);
});

test("who may not run, stop, undo or pause is told so, and nothing happens", async () => {
  for (const person of ["U0OUTSIDER", "U0OWNER", "U0CTO"]) {
    expect(await ask(person, "run auto-remediate-s3-public-access resource.name=acme-logs")).toMatch(
      /^Not started.*may not/,
    );
    expect(await ask(person, "pause")).toMatch(/^Not paused.*may not/);
  }
  expect(await product.app.store.interactive.run.count()).toBe(0);
});

test("A1: whoever starts a run by hand cannot vote on it; others can, and it is done", async () => {
  const answer = await ask("U0ANALYST", "run auto-remediate-s3-public-access resource.name=acme-logs severity=HIGH");
  const runId = /run ([0-9a-f-]{36})/.exec(answer)?.[1];
  expect(runId).toBeDefined();
  const card = await offering(product, "approval.approve");
  expect(await ask("U0LEAD", "approvals")).toContain(runId);
  await product.slack.driver.click("U0ANALYST", { ts: card, actionId: "approval.approve" });
  await eventually(() => whispers(product, "U0ANALYST").some((words) => words.includes("You made this request")));
  await product.slack.driver.click("U0SENIOR", { ts: card, actionId: "approval.approve" });
  await says(product, card, "1 of 2");
  await product.slack.driver.click("U0OWNER", { ts: card, actionId: "approval.approve" });
  await says(product, card, /Done in/);
  expect(block(product.aws)).toEqual(allBlocked);
  expect(await ask("U0OUTSIDER", `status ${runId!}`)).toContain("Done");
  expect(await ask("U0OUTSIDER", `status ${runId!.slice(-12)}`)).toContain("Done");
  expect(await ask("U0OUTSIDER", `undo ${runId!}`)).toMatch(/^Not undone.*may not/);
  expect(await ask("U0MANAGER", `undo ${runId!}`)).toContain("Undo is run");
  const undo = await offering(product, "approval.approve");
  await approveAsBoth(product, undo);
  await eventually(() => block(product.aws) === null);
});

test("stop ends a run that waits: cancelled, nothing changed", async () => {
  const before = puts(product.aws).length;
  const { results } = await postEvent(product, finding());
  const runId = results[0]!.runs[0]!;
  const card = await offering(product, "approval.approve");
  expect(await ask("U0OUTSIDER", `stop ${runId}`)).toMatch(/^Not stopped.*may not/);
  expect(await ask("U0SENIOR", `stop ${runId} wrong bucket`)).toContain("Stopping");
  expect(await says(product, card, "Cancelled")).toContain("wrong bucket");
  await eventually(() => controls(product, card).length === 0);
  expect(puts(product.aws)).toHaveLength(before);
});

test("pause lets nothing act, whatever is approved; resume lets it go on", async () => {
  const before = puts(product.aws).length;
  expect(await ask("U0CISO", "pause")).toMatch(/^Paused/);
  const { results } = await postEvent(product, finding());
  const card = await offering(product, "approval.approve");
  await approveAsBoth(product, card);
  await eventually(async () => {
    const run = await product.app.store.interactive.run.findUnique({ where: { id: results[0]!.runs[0]! } });
    return run?.reason === "paused";
  });
  expect(puts(product.aws)).toHaveLength(before);
  expect(await ask("U0CISO", "resume")).toBe("Resumed.");
  await says(product, card, /Done in/);
  expect(puts(product.aws)).toHaveLength(before + 1);
});
