import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";

import type { Delivery } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** Requests to the bot, signed as Slack signs them (slack.md 2.12). Never retried: only a person clicking again repeats one. */

const FORM = "application/x-www-form-urlencoded";

export interface Outgoing {
  workspace: Workspace;
  /** Base address of the bot; undefined when none is configured. */
  botUrl(): string | undefined;
  /** How long the bot may take to acknowledge, in milliseconds of real time. */
  ackTimeoutMs: number;
  deliveries: Delivery[];
}

export interface Request {
  kind: Delivery["kind"];
  user: string;
  body: string;
  contentType?: string;
  /** Seconds to add to the signature's time stamp. */
  skewSeconds?: number;
  /** Signs with this instead of the app's secret; an empty string leaves the signature out. */
  secret?: string;
  /** Sends exactly these headers, for replays. */
  headers?: Record<string, string>;
}

const MAX_DELIVERIES = 1_000;

/** `v0=` and the hex HMAC-SHA256 of `v0:{timestamp}:{body}`. */
function signature(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

/** Sends one request and records it. Throws only when no bot is configured. */
export async function send(outgoing: Outgoing, request: Request): Promise<Delivery> {
  const { workspace, deliveries } = outgoing;
  const base = outgoing.botUrl();
  if (base === undefined) throw new Error("no bot is connected to the sandbox (botUrl is not set)");
  const contentType = request.contentType ?? FORM;
  const headers = request.headers ?? signedHeaders(workspace, request, contentType);
  const delivery: Delivery = {
    id: workspace.nextId("DL"),
    at: workspace.clock.wall(),
    kind: request.kind,
    user: request.user,
    body: request.body,
    contentType,
    headers,
    status: 0,
    answer: "",
    ackMs: 0,
  };
  deliveries.push(delivery);
  if (deliveries.length > MAX_DELIVERIES) deliveries.shift();
  const started = performance.now();
  try {
    const { status, answer } = await post(`${base}/slack/events`, request.body, headers, outgoing.ackTimeoutMs);
    Object.assign(delivery, { status, answer });
  } catch (error) {
    delivery.failure = error instanceof Error && error.name === "TimeoutError" ? "timeout" : "unreachable";
  }
  delivery.ackMs = performance.now() - started;
  return delivery;
}

function signedHeaders(workspace: Workspace, request: Request, contentType: string): Record<string, string> {
  const { secret = workspace.data.signingSecret, skewSeconds = 0, body } = request;
  const timestamp = String(Math.floor(workspace.clock.wall() / 1_000) + skewSeconds);
  return {
    "content-type": contentType,
    "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "x-slack-request-timestamp": timestamp,
    ...(secret === "" ? {} : { "x-slack-signature": signature(secret, timestamp, body) }),
  };
}

/**
 * A plain request on a connection of its own: `fetch` would add headers Slack does not send, and a kept-alive connection
 * would hold up the bot's shutdown. The bot has until the timeout for the whole answer.
 */
async function post(url: string, body: string, headers: Record<string, string>, timeoutMs: number) {
  const open = url.startsWith("https:") ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { method: "POST", agent: false, signal: AbortSignal.timeout(timeoutMs) } as const;
    const sending = open(
      url,
      { ...options, headers: { ...headers, "content-length": Buffer.byteLength(body) } },
      resolve,
    );
    sending.on("error", (error) => reject(options.signal.aborted ? timedOut() : error));
    sending.end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, answer: Buffer.concat(chunks).toString("utf8") };
}

function timedOut(): Error {
  return Object.assign(new Error("the bot did not answer in time"), { name: "TimeoutError" });
}
