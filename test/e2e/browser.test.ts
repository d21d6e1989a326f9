import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Locator } from "playwright-core";
import { dataFolder, serve, standing } from "../support/served.ts";
import { allBlocked } from "./channel.ts";
import { chromiumPath, openSandbox, type SandboxPage } from "./page.ts";

/** "What a new user does, and sees", 2 and 3: the product as a process, a real browser in front of it. */

const browser = chromiumPath();

if (browser === undefined)
  test("SKIPPED: no Chromium (CHROMIUM_PATH), the sandbox page was not driven", () => {
    if (process.env["CI"] === "true") throw new Error("CI needs Chromium: set CHROMIUM_PATH");
    process.stderr.write("SKIPPED: no Chromium (CHROMIUM_PATH), the sandbox page was not driven\n");
  });
else describe("in Chromium", () => drive(browser));

interface Bucket {
  readonly name: string;
  readonly public: boolean;
  readonly publicAccessBlock: object | null;
  readonly policy: string | null;
}

function drive(executablePath: string): void {
  const held = { awsUrl: "" } as { sandbox: SandboxPage; awsUrl: string };
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const data = await dataFolder();
    ends.push(() => data.remove());
    const served = await serve({ data: data.path });
    ends.push(() => served.end());
    await served.ready();
    held.awsUrl = (await standing(data.path)).sandbox.aws.url;
    held.sandbox = await openSandbox(served.url, executablePath);
    ends.push(() => held.sandbox.close());
  }, 120_000);
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  }, 60_000);

  async function bucket(): Promise<Bucket> {
    const state = (await (await fetch(`${held.awsUrl}/_state`)).json()) as { accounts: { buckets: Bucket[] }[] };
    return state.accounts[0]!.buckets.find(({ name }) => name === "acme-logs")!;
  }

  /** Sends a finding and waits for its card. */
  async function asking(): Promise<Locator> {
    await held.sandbox.closeThread();
    await held.sandbox.tool("send-finding");
    return held.sandbox.message("Approval needed");
  }

  async function approve(message: Locator, person: string, tally: string): Promise<void> {
    await held.sandbox.become(person);
    await held.sandbox.press(message, "approval.approve");
    await held.sandbox.says(message, new RegExp(`Approved by.*${tally}`));
  }

  test("a finding is sent, an outsider is refused, two people approve, the bucket is blocked, and undone exactly", async () => {
    const { sandbox } = held;
    const before = await bucket();
    expect(before.public).toBe(true);
    expect(await sandbox.page.locator("[data-testid=person] option").count()).toBe(8);
    await sandbox.shoot("1-empty");
    const card = await asking();
    const text = await card.textContent();
    for (const words of ["acme-logs", "What will happen", "0 of 2", "Expires", "123456789012", "HIGH"])
      expect(text).toContain(words);
    await sandbox.shoot("2-card");
    await sandbox.press(card, "approval.details");
    await sandbox.page.locator("[data-testid=modal]", { hasText: "acme-logs" }).waitFor();
    await sandbox.shoot("3-details");
    await sandbox.page.click("[data-testid=modal-close]");

    await sandbox.become("U0OUTSIDER");
    await sandbox.press(card, "approval.approve");
    const refusal = sandbox.page.locator("#messages [data-ephemeral=true]");
    await refusal.waitFor();
    expect(await refusal.textContent()).toMatch(/not among the people/);
    await sandbox.shoot("4-refused");

    await approve(card, "U0ANALYST", "1 of 2");
    expect(await refusal.count()).toBe(0);
    const thread = await sandbox.openThread(card);
    await thread.locator("article:not(:first-child)", { hasText: /Approved by.*1 of 2/ }).waitFor();
    await sandbox.shoot("5-first-vote");
    await approve(card, "U0OWNER", "2 of 2");
    const done = await sandbox.says(card, /Done in/);
    for (const words of ["Ana Analyst", "Olga Owner", "Checked"]) expect(done).toContain(words);
    expect(await sandbox.page.locator("[data-action-id^=approval]").count()).toBe(0);
    await thread.locator("article:not(:first-child)", { hasText: /Finished in.*4 of 4/ }).waitFor();
    await sandbox.message("public access disabled automatically");
    expect(await bucket()).toMatchObject({ public: false, publicAccessBlock: allBlocked, policy: before.policy });
    await sandbox.shoot("6-done");

    await sandbox.become("U0SENIOR");
    await sandbox.press(card, "run.undo");
    const undo = await sandbox.message("Approval needed");
    await sandbox.shoot("7-undo-asked");
    await approve(undo, "U0ANALYST", "1 of 2");
    await approve(undo, "U0OWNER", "2 of 2");
    await sandbox.says(undo, /Done in/);
    await sandbox.says(card, /Undone/);
    expect(await bucket()).toEqual(before);
    await sandbox.shoot("8-undone");
    expect(sandbox.errors).toEqual([]);
  }, 120_000);

  test("Deny asks for a reason in a form; the card and the thread tell it, and nothing changes", async () => {
    const { sandbox } = held;
    const card = await asking();
    await sandbox.become("U0MANAGER");
    await sandbox.press(card, "approval.deny");
    const form = sandbox.page.locator("[data-testid=modal][data-callback-id='approval.deny_reason']");
    await form.locator("textarea, input").first().fill("It serves our public site");
    await sandbox.shoot("9-deny-form");
    await sandbox.page.click("[data-testid=modal-submit]");
    expect(await sandbox.says(card, /Denied by/)).toContain("It serves our public site");
    expect(await card.locator("[data-action-id]").count()).toBe(0);
    const thread = await sandbox.openThread(card);
    await thread
      .locator("article:not(:first-child)", { hasText: /Denied by.*public site/ })
      .first()
      .waitFor();
    await sandbox.shoot("10-denied");
    expect((await bucket()).public).toBe(true);
    expect(sandbox.errors).toEqual([]);
  }, 60_000);

  test("nobody answers for five minutes: expired, said in the thread; the CISO's notice asks again", async () => {
    const { sandbox } = held;
    const card = await asking();
    await sandbox.tool("pass-5-minutes");
    await sandbox.says(card, "Expired, not run");
    const notice = await sandbox.message("Nobody decided by");
    expect(await notice.textContent()).toMatch(/@ciso/);
    const thread = await sandbox.openThread(card);
    await thread.locator("article:not(:first-child)", { hasText: "nobody decided, so nothing was done" }).waitFor();
    await sandbox.shoot("11-expired");
    expect((await bucket()).public).toBe(true);
    await sandbox.become("U0SENIOR");
    await sandbox.press(notice, "approval.again");
    const again = await sandbox.message("Approval needed");
    await sandbox.says(notice, "asked for again");
    await sandbox.shoot("12-asked-again");
    await approve(again, "U0ANALYST", "1 of 2");
    await approve(again, "U0OWNER", "2 of 2");
    await sandbox.says(again, /Done in/);
    expect((await bucket()).public).toBe(false);
    await sandbox.shoot("13-done-again");
    expect(sandbox.errors).toEqual([]);
  }, 90_000);
}
