import { WebClient } from "@slack/web-api";

import { startSlack } from "../../../src/sandbox/slack/server.ts";
import type { SlackSandbox, SlackSandboxOptions } from "../../../src/sandbox/slack/server.ts";

export const ALERTS = "C0ALERTS";
export const plain = (text: string) => ({ type: "plain_text" as const, text });
export const mrkdwn = (text: string) => ({ type: "mrkdwn" as const, text });
export const section = (text: string) => ({ type: "section" as const, text: mrkdwn(text) });

/** A message with one button, and whatever else. */
export function buttonCard(actionId = "go", extra: Record<string, unknown> = {}) {
  const button = { type: "button" as const, text: plain("Go"), action_id: actionId, value: "v1", ...extra };
  return { channel: ALERTS, text: "A card", blocks: [{ type: "actions" as const, elements: [button] }] };
}

/** A logger that says nothing. */
export const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => "error",
  setName() {},
} as never;

/** The real client, which never retries so that tests see the first answer. */
export function clientOf({ botToken, apiUrl }: SlackSandbox, token = botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  });
}

interface Refusal {
  error: string;
  errors?: string[];
  response_metadata?: { messages?: string[] };
}

/** The body of an `ok: false` answer; fails when the call succeeds. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    return (error as { data: Refusal }).data;
  }
  throw new Error("the call was expected to be refused");
}

/** Runs with a sandbox that is stopped afterwards. */
export async function withSlack(
  run: (slack: SlackSandbox, client: WebClient) => Promise<void>,
  options: SlackSandboxOptions = {},
): Promise<void> {
  const slack = await startSlack(options);
  try {
    await run(slack, clientOf(slack));
  } finally {
    await slack.stop();
  }
}
