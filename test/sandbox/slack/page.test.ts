import { existsSync } from "node:fs";

import { expect, test } from "@jest/globals";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";

import type { SlackSandbox } from "../../../src/sandbox/slack/server.ts";
import { withBolt } from "./bolt-app.ts";
import { ALERTS, buttonCard, mrkdwn, plain, section } from "./sandbox.ts";

/** The page in a real browser; left out where there is none. */
const browserPath = "/usr/bin/chromium";
const inBrowser = existsSync(browserPath) ? test : test.skip;

async function withPage(slack: SlackSandbox, run: (page: Page, errors: string[]) => Promise<void>): Promise<void> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  const browser = await chromium.launch({ executablePath: browserPath, args });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(slack.url);
    await page.waitForSelector("#messages > *");
    await run(page, errors);
  } finally {
    await browser.close();
  }
}

inBrowser("live messages, people, buttons, threads, commands and modals", () =>
  withBolt(async ({ slack, app, client }) => {
    app.action("go", async ({ ack, client, body }) => {
      await ack();
      await client.chat.postEphemeral({ channel: ALERTS, user: body.user.id, text: `hello <@${body.user.id}>` });
    });
    app.action("ask", async ({ ack, client, body }) => {
      const { trigger_id } = body as unknown as { trigger_id: string };
      const element = { type: "plain_text_input" as const, action_id: "reason", multiline: true };
      const blocks = [{ type: "input" as const, block_id: "reason", label: plain("Reason"), element }];
      await client.views.open({
        trigger_id,
        view: { type: "modal", callback_id: "why", title: plain("Why?"), submit: plain("Send"), blocks },
      });
      await ack();
    });
    app.view("why", async ({ ack, view }) => {
      const { value } = view.state.values["reason"]!["reason"]!;
      await (value === "bad" ? ack({ response_action: "errors", errors: { reason: "Say more" } }) : ack());
    });
    app.command("/policycortex", ({ ack, command }) => ack(`you said ${command.text}`));

    await withPage(slack, async (page, errors) => {
      const { ts } = await client.chat.postMessage(buttonCard("go", { confirm: { text: plain("Sure?") } }));
      await client.chat.postMessage(buttonCard("ask"));
      await client.chat.postMessage({ channel: ALERTS, text: "a reply", thread_ts: ts! });

      await page.selectOption("[data-testid=person]", "U0SENIOR");
      await page.click("#messages [data-action-id=go]");
      await page.click("[data-testid=confirm-accept]");
      await page.waitForSelector("[data-ephemeral=true] >> text=@Sam Senior");
      await page.selectOption("[data-testid=person]", "U0ANALYST");
      await page.waitForSelector("[data-ephemeral=true]", { state: "detached" });

      await page.click(`[data-ts="${ts!}"] [data-testid=open-thread]`);
      await page.waitForSelector("[data-testid=thread] >> text=a reply");

      await page.click("#messages [data-action-id=ask]");
      await page.fill("[data-testid=modal] textarea", "bad");
      await page.click("[data-testid=modal-submit]");
      await page.waitForSelector("[data-testid=modal] >> text=Say more");
      await page.fill("[data-testid=modal] textarea", "good");
      await page.click("[data-testid=modal-submit]");
      await page.waitForSelector("[data-testid=modal]", { state: "detached" });

      await page.fill("[data-testid=composer]", "/policycortex help");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#messages >> text=you said help");
      expect(errors).toEqual([]);
    });
  }),
);

inBrowser("whatever a message says stays text", () =>
  withBolt(async ({ slack, client }) => {
    const evil = '<img src=x onerror="document.title=1"> <script>document.title=2</script> [a](javascript:alert(1))';
    await client.chat.postMessage({
      channel: ALERTS,
      text: evil,
      blocks: [
        { type: "header", text: plain(evil) },
        section(`${evil} <javascript:alert(1)|click me>`),
        { type: "context", elements: [mrkdwn(evil)] },
        { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: evil }] }] },
      ],
    });
    await slack.driver.say("U0ANALYST", ALERTS, evil);
    await withPage(slack, async (page, errors) => {
      await page.waitForSelector("article >> nth=1");
      expect(await page.locator("#messages img, #messages script, #messages a[href^=javascript]").count()).toBe(0);
      expect(await page.title()).toContain("acme");
      expect(await page.locator(".block-header").textContent()).toBe(evil);
      expect(errors).toEqual([]);
    });
  }),
);
