import type { AwsSandbox } from "../../src/sandbox/aws/server.ts";
import type { StoredMessage } from "../../src/sandbox/slack/types.ts";
import { eventually } from "../support/eventually.ts";
import type { Product } from "../support/product.ts";

export const alerts = "C0ALERTS";

/** Everything readable in a message, in one line. */
export function textOf(message: StoredMessage): string {
  const found: string[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === "object" && value !== null)
      for (const [key, part] of Object.entries(value))
        if ((key === "text" || key === "title") && typeof part === "string") found.push(part);
        else collect(part);
  };
  collect(message.blocks);
  return found.join(" ") || message.text;
}

/** The top-level messages of the alerts channel that the bot posted. */
export function cards({ slack }: Product): StoredMessage[] {
  return slack.driver
    .messages(alerts)
    .filter((message) => message.bot_id !== undefined && message.subtype === undefined);
}

export function thread({ slack }: Product, ts: string): StoredMessage[] {
  return slack.driver.messages(alerts, { threadTs: ts }).filter((message) => message.ts !== ts);
}

/** What can be pressed in a message, by action id. */
export function controls({ slack }: Product, ts: string): string[] {
  return slack.driver.liveControls(alerts).flatMap((one) => (one.ts === ts ? [one.actionId] : []));
}

/** The newest message that offers this control; waits for one. */
export async function offering(product: Product, actionId: string, ms = 15_000): Promise<string> {
  const found = await eventually(
    () =>
      product.slack.driver
        .liveControls(alerts)
        .filter((one) => one.actionId === actionId)
        .at(-1),
    ms,
    `a message that offers ${actionId}; the bot logged ${JSON.stringify(product.logged.slice(-5))}`,
  );
  return found.ts;
}

/** Waits until a message says this. */
export async function says(product: Product, ts: string, words: string | RegExp, ms = 15_000): Promise<string> {
  const read = () => product.slack.driver.versions(alerts, ts).at(-1);
  return eventually(
    () => {
      const message = read();
      const text = message ? textOf(message) : "";
      return text.match(words) ? text : undefined;
    },
    ms,
    `${ts} saying ${String(words)}`,
  ).catch((error: unknown) => {
    const last = read();
    throw new Error(`${String(error)}; it says: ${last ? textOf(last) : "nothing"}`);
  });
}

/** Waits until a reply in the thread says this. */
export async function replied(product: Product, ts: string, words: RegExp, ms = 15_000): Promise<StoredMessage> {
  return eventually(
    () => thread(product, ts).find((message) => words.test(textOf(message))),
    ms,
    `a reply saying ${String(words)}`,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; the thread says: ${thread(product, ts).map(textOf).join(" | ")}`);
  });
}

/** The private messages a person sees in the channel or a thread. */
export function whispers({ slack }: Product, person: string, threadTs?: string): string[] {
  const where = threadTs === undefined ? { as: person } : { as: person, threadTs };
  return slack.driver
    .messages(alerts, where)
    .filter((message) => message.ephemeral_for === person)
    .map(textOf);
}

/** Waits until a person is told this privately. */
export async function whispered(product: Product, person: string, words: RegExp): Promise<string> {
  const heard = () => whispers(product, person);
  return eventually(() => heard().find((text) => words.test(text)), 10_000, `${person} hearing ${String(words)}`).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}; heard: ${heard().join(" | ")}`);
    },
  );
}

/** The two that the shipped workflow asks: a member of @security and the bucket's owner. */
export async function approveAsBoth(product: Product, ts: string): Promise<void> {
  await product.slack.driver.click("U0ANALYST", { ts, actionId: "approval.approve" });
  await says(product, ts, "1 of 2");
  await product.slack.driver.click("U0OWNER", { ts, actionId: "approval.approve" });
}

/** Calls that changed the world, newest last. */
export function puts(aws: AwsSandbox, action = "PutPublicAccessBlock", bucket?: string) {
  return aws.calls().filter((call) => call.action === action && (bucket === undefined || call.resource === bucket));
}

export function block(aws: AwsSandbox, bucket = "acme-logs") {
  return aws.state.bucket(bucket)?.bucket.publicAccessBlock;
}

export const allBlocked = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** Pass time as the sandbox page does: in the local Slack and in the bot. */
export async function pass(product: Product, ms: number): Promise<void> {
  product.slack.driver.elapse(ms);
  const response = await fetch(`${product.url}/sandbox/elapse`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${product.token}` },
    body: JSON.stringify({ ms }),
  });
  if (!response.ok) throw new Error(`elapse answered ${response.status}: ${await response.text()}`);
}
