import { randomBytes } from "node:crypto";

import type { JsonObject } from "./types.ts";

/** What the page asks of the bot beside Slack's own traffic: taking an event, and passing time. */
export interface BotCalls {
  /** A new finding about the practice account's public production bucket. */
  sendFinding(): Promise<BotAnswer>;
  /** Any text, sent as it is. */
  sendEvent(body: string): Promise<BotAnswer>;
  /** Milliseconds. */
  elapse(milliseconds: number): Promise<BotAnswer>;
}

interface BotAnswer {
  /** 0 when the bot could not be reached. */
  status: number;
  body: string;
}

const TIMEOUT_MS = 15_000;

/** Calls with the sandbox's event token; an unreachable bot is an answer with status 0, not an error. */
export function botCalls(botUrl: () => string | undefined, token: string | undefined): BotCalls {
  const post = async (path: string, body: string): Promise<BotAnswer> => {
    const base = botUrl();
    if (base === undefined) return { status: 0, body: "No bot is connected to the sandbox." };
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    try {
      const response = await fetch(`${base}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...authorization },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      return { status: 0, body: `The bot at ${base} could not be reached: ${String(error)}` };
    }
  };
  return {
    sendFinding: () => post("/api/v1/events", JSON.stringify(practiceFinding())),
    sendEvent: (body) => post("/api/v1/events", body),
    elapse: (ms) => post("/sandbox/elapse", JSON.stringify({ ms })),
  };
}

/** A native event with ids of its own, so that each press is a new finding. */
function practiceFinding(): JsonObject {
  const id = randomBytes(6).toString("hex");
  const now = new Date();
  return {
    event_type: "policy.violation.created",
    event_id: `evt-${id}`,
    timestamp: now.toISOString(),
    tenant_id: "default",
    violation: {
      id: `v-${id}`,
      policy: { name: "s3-no-public-access" },
      severity: "HIGH",
      categories: ["security"],
      detected_at: new Date(now.getTime() - 60_000).toISOString(),
      resource: {
        id: "arn:aws:s3:::acme-logs",
        name: "acme-logs",
        type: "AWS::S3::Bucket",
        account_id: "123456789012",
        region: "us-east-1",
        tags: { Environment: "production", Owner: "olga@example.com" },
      },
    },
    facts: { bucket_has_sensitive_data: true },
  };
}
