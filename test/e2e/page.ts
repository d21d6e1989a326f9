import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";

const shots = join(import.meta.dirname, "../../test-results");

/** Where Chromium is: CHROMIUM_PATH, else on the PATH, else its usual place; undefined when there is none. */
export function chromiumPath(): string | undefined {
  const given = process.env["CHROMIUM_PATH"];
  if (given !== undefined) return given;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), "/usr/bin/chromium"];
  return candidates.find((candidate) => existsSync(candidate));
}

/** The sandbox page, as a person uses it. */
export interface SandboxPage {
  readonly page: Page;
  /** What the page itself complained of. */
  readonly errors: readonly string[];
  become(person: string): Promise<void>;
  tool(name: "send-finding" | "pass-5-minutes"): Promise<void>;
  /** Waits for a message of the channel with this text; stays that message when its text changes. */
  message(text: string | RegExp): Promise<Locator>;
  press(message: Locator, actionId: string): Promise<void>;
  /** Waits until this message says so. */
  says(message: Locator, text: string | RegExp): Promise<string>;
  openThread(message: Locator): Promise<Locator>;
  closeThread(): Promise<void>;
  /** As it looks now on a desk and on a phone. */
  shoot(name: string): Promise<void>;
  close(): Promise<void>;
}

const desk = { width: 1360, height: 900 };
const phone = { width: 390, height: 844 };

export async function openSandbox(url: string, executablePath: string): Promise<SandboxPage> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  const browser: Browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage({ viewport: desk });
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
  await page.goto(`${url}/sandbox`);
  await page.waitForSelector("#messages > *");
  mkdirSync(shots, { recursive: true });
  return {
    page,
    errors,
    become: async (person) => void (await page.selectOption("[data-testid=person]", person)),
    tool: (name) => page.click(`[data-testid=${name}]`),
    async message(text) {
      const newest = page.locator("#messages article", { hasText: text }).last();
      return page.locator(`#messages article[data-ts="${(await newest.getAttribute("data-ts"))!}"]`);
    },
    async press(message, actionId) {
      await message.locator(`[data-action-id="${actionId}"]`).click();
    },
    async says(message, text) {
      await message.filter({ hasText: text }).waitFor();
      return (await message.textContent())!;
    },
    async openThread(message) {
      await message.locator("[data-testid=open-thread]").click();
      const pane = page.locator("[data-testid=thread]");
      await pane.waitFor();
      return pane;
    },
    async closeThread() {
      const button = page.locator("#close-thread");
      if (await button.isVisible()) await button.click();
    },
    async shoot(name) {
      await page.screenshot({ path: join(shots, `${name}.png`) });
      await page.setViewportSize(phone);
      // A smaller window keeps its place in the list: go to the newest, as somebody holding the phone would.
      for (const list of await page.locator(".messages:visible").all())
        await list.evaluate("node => node.scrollTo(0, node.scrollHeight)");
      await page.screenshot({ path: join(shots, `${name}-phone.png`) });
      await page.setViewportSize(desk);
    },
    close: () => browser.close(),
  };
}
