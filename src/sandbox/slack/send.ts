import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";

import { skewOf } from "./delivery-faults.ts";
import type { DeliveryFaults } from "./delivery-faults.ts";
import type { Delivery } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** Requests to the bot, signed as Slack signs them (slack.md 2.12). Only events are retried, by events.ts. */

const FORM = "application/x-www-form-urlencoded";

export interface Outgoing {
  workspace: Workspace;
  /** Base address of the bot; undefined when none is configured. */
  botUrl(): string | undefined;
  /** How long the bot may take to acknowledge, in milliseconds of real time. */
  ackTimeoutMs: number;
  deliveries: Delivery[];
  faults: DeliveryFaults;
  /** Deliveries that nobody waits for: events, retries, duplicates. */
  background: Set<Promise<unknown>>;
  /** Called with an envelope's content when a Socket Mode connection is open; undefined when none is. */
  socket?: (request: Request, timeoutMs: number) => Promise<{ status: number; answer: string }> | undefined;
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
  retry?: { num: number; reason: string };
}

const MAX_DELIVERIES = 1_000;

/** `v0=` and the hex HMAC-SHA256 of `v0:{timestamp}:{body}`. */
function signature(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

/** Sends one request, with any delivery fault that is due, and records it. Throws only when no bot is connected. */
export async function send(outgoing: Outgoing, request: Request): Promise<Delivery> {
  const { workspace, faults, background } = outgoing;
  const fault = faults.next(request.kind);
  const skewSeconds = skewOf(fault) ?? request.skewSeconds ?? 0;
  const secret =
    fault?.kind === "wrong_signature"
      ? "not-the-secret"
      : fault?.kind === "previous_secret"
        ? (workspace.data.previousSecret ?? "")
        : request.secret;
  const asked = { ...request, skewSeconds, ...(secret === undefined ? {} : { secret }) };
  const again = (more: Partial<Request> = {}) => inBackground(background, sendOnce(outgoing, { ...asked, ...more }));
  switch (fault?.kind) {
    case "delayed":
      await wait(fault.value ?? 100);
      break;
    case "reordered":
      await overtaken(outgoing, fault.value ?? 1_000);
      break;
    case "parallel_retry":
      again({ retry: { num: 1, reason: "http_timeout" } });
      break;
    default:
  }
  const delivery = await sendOnce(outgoing, asked, fault?.kind);
  if (fault?.kind === "duplicate") again();
  if (fault?.kind === "replay") again({ kind: "replay", headers: delivery.headers });
  return delivery;
}

/** Keeps track of work that nobody waits for, and of its failures. */
export function inBackground(background: Set<Promise<unknown>>, work: Promise<unknown>): void {
  const tracked: Promise<unknown> = work
    .catch(() => undefined)
    .finally(() => {
      background.delete(tracked);
    });
  background.add(tracked);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until a later delivery has gone first, or until patience ends. */
async function overtaken({ deliveries }: Outgoing, patienceMs: number): Promise<void> {
  const before = deliveries.at(-1)?.id;
  const end = performance.now() + patienceMs;
  const gone = () => deliveries.at(-1)?.id !== before && (deliveries.at(-1)?.ackMs ?? 0) > 0;
  while (!gone() && performance.now() < end) await wait(5);
}

async function sendOnce(outgoing: Outgoing, request: Request, fault?: string): Promise<Delivery> {
  const { workspace, deliveries } = outgoing;
  const timeoutMs = outgoing.ackTimeoutMs;
  const contentType = request.contentType ?? FORM;
  const overSocket =
    request.headers === undefined && request.kind !== "forged" ? outgoing.socket?.(request, timeoutMs) : undefined;
  const base = outgoing.botUrl();
  if (base === undefined && overSocket === undefined)
    throw new Error("no bot is connected to the sandbox (botUrl is not set)");
  const headers = request.headers ?? signedHeaders(workspace, request, contentType);
  const body = fault === "tampered" ? `${request.body} ` : request.body;
  const delivery: Delivery = {
    id: workspace.nextId("DL"),
    at: workspace.clock.wall(),
    kind: request.kind,
    user: request.user,
    body,
    contentType,
    headers,
    status: 0,
    answer: "",
    ackMs: 0,
    transport: overSocket ? "socket" : "http",
    ...(request.retry ? { retry: request.retry } : {}),
    ...(fault === undefined ? {} : { fault }),
  };
  deliveries.push(delivery);
  if (deliveries.length > MAX_DELIVERIES) deliveries.shift();
  const started = performance.now();
  try {
    const answer = await (overSocket ?? post(`${base}/slack/events`, body, headers, timeoutMs));
    Object.assign(delivery, answer);
  } catch (error) {
    delivery.failure = error instanceof Error && error.name === "TimeoutError" ? "timeout" : "unreachable";
  }
  delivery.ackMs = performance.now() - started;
  return delivery;
}

function signedHeaders(workspace: Workspace, request: Request, contentType: string): Record<string, string> {
  const { secret = workspace.data.signingSecret, skewSeconds = 0, body } = request;
  // The bot judges the age by the machine's clock, wherever the sandbox's own stands.
  const timestamp = String(Math.floor(Date.now() / 1_000) + skewSeconds);
  return {
    "content-type": contentType,
    "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "x-slack-request-timestamp": timestamp,
    ...(request.retry
      ? { "x-slack-retry-num": String(request.retry.num), "x-slack-retry-reason": request.retry.reason }
      : {}),
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
  const noRetry = response.headers["x-slack-no-retry"] === "1" ? { noRetry: true } : {};
  return { status: response.statusCode ?? 0, answer: Buffer.concat(chunks).toString("utf8"), ...noRetry };
}

/** What a bot that took too long is recorded as. */
export function timedOut(): Error {
  return Object.assign(new Error("the bot did not answer in time"), { name: "TimeoutError" });
}
