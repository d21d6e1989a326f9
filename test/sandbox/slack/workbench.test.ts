import { existsSync } from "node:fs";

import { expect, test } from "@jest/globals";
import { chromium } from "playwright-core";

import { ALERTS, refusal, withSlack } from "./sandbox.ts";

/** The page's workbench in a real browser; left out where there is none. */
const browserPath = "/usr/bin/chromium";
const inBrowser = existsSync(browserPath) ? test : test.skip;

inBrowser("faults, the gallery and raw messages, by keyboard, without an error, on a desktop and a phone", () =>
  withSlack(async (slack, client) => {
    const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    const browser = await chromium.launch({ executablePath: browserPath, args });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(8_000);
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      await client.chat.postMessage({ channel: ALERTS, text: "raw me" });
      await page.goto(slack.url);
      await page.waitForSelector("article");
      await page.focus("article .raw");
      await page.keyboard.press("Enter");
      await page.waitForSelector('[data-testid=workbench-dialog] pre:has-text("raw me")');
      await page.keyboard.press("Escape");
      await page.waitForSelector("[data-testid=workbench-dialog]", { state: "detached" });

      await page.click("[data-testid=workbench]");
      await page.click("[data-testid=bench-faults] >> text=Set fault");
      await page.waitForSelector("#toasts >> text=runs into");
      expect(await refusal(client.chat.postMessage({ channel: ALERTS, text: "x" }))).toMatchObject({
        error: "fatal_error",
      });
      await page.click("[data-testid=bench-gallery] summary");
      const blocks = [
        { type: "card", title: { type: "mrkdwn", text: "A card" } },
        { type: "data_table", caption: "Numbers", rows: [[{ type: "raw_text", text: "head" }]] },
        { type: "container", title: { type: "plain_text", text: "Box" }, child_blocks: [{ type: "divider" }] },
      ];
      await page.fill("[data-testid=bench-gallery] textarea", JSON.stringify({ blocks }));
      await page.click("[data-testid=bench-gallery] >> text=Show >> nth=-1");
      await page.waitForSelector("[data-testid=gallery-preview] caption >> text=Numbers");
      for (const [width, colorScheme] of [
        [1_280, "light"],
        [390, "dark"],
      ] as const) {
        await page.setViewportSize({ width, height: 844 });
        await page.emulateMedia({ colorScheme });
        if (process.env["SHOTS"]) await page.screenshot({ path: `${process.env["SHOTS"]}/bench-${width}.png` });
        const wide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth");
        expect(wide).toBe(false);
      }
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  }),
);
