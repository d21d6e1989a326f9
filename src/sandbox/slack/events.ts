import { resultOf, seenAfter } from "./click.ts";
import type { DriverResult } from "./driver.ts";
import { eventEnvelope } from "./payloads.ts";
import { inBackground, send } from "./send.ts";
import type { Outgoing } from "./send.ts";
import type { Delivery, JsonObject } from "./types.ts";

/** The Events API: one delivery, and up to three more when the bot does not say 2xx in time (slack.md 2.11). */

/** Milliseconds after the failure before each retry, on the virtual clock. */
const RETRY_AFTER_MS = [0, 60_000, 300_000] as const;

/** Delivers an event and keeps retrying it in the background; the result is the first delivery's. */
export async function sendEvent(outgoing: Outgoing, user: string, event: JsonObject): Promise<DriverResult> {
  const envelope = eventEnvelope(outgoing.workspace, { ...event, event_ts: outgoing.workspace.nextTs() });
  return seenAfter(await attempt(outgoing, user, JSON.stringify(envelope), 0));
}

async function attempt(outgoing: Outgoing, user: string, body: string, num: number, reason = ""): Promise<Delivery> {
  const retry = num === 0 ? {} : { retry: { num, reason } };
  const delivery = await send(outgoing, { kind: "event", user, body, contentType: "application/json", ...retry });
  const wait = RETRY_AFTER_MS[num];
  const accepted = delivery.status >= 200 && delivery.status < 300;
  if (accepted || delivery.noRetry === true || wait === undefined) return delivery;
  const again = () => inBackground(outgoing.background, attempt(outgoing, user, body, num + 1, reasonOf(delivery)));
  if (wait === 0) again();
  else outgoing.workspace.clock.after(wait, again);
  return delivery;
}

function reasonOf({ failure }: Delivery): string {
  if (failure === "timeout") return "http_timeout";
  return failure === "unreachable" ? "connection_failed" : "http_error";
}

/** Sends an event the app subscribes to; without a bot, or without the subscription, nothing happens. */
export function announce(outgoing: Outgoing, user: string, event: JsonObject & { type: string }): void {
  if (!outgoing.workspace.data.events.includes(event.type)) return;
  inBackground(outgoing.background, sendEvent(outgoing, user, event));
}

/** What Slack sends when an address is entered; the answer must be the challenge. */
export async function verifyUrl(outgoing: Outgoing): Promise<DriverResult> {
  const { workspace } = outgoing;
  const challenge = workspace.random(16);
  const body = JSON.stringify({ type: "url_verification", token: workspace.data.verificationToken, challenge });
  const delivery = await send(outgoing, { kind: "url_verification", user: "", body, contentType: "application/json" });
  const echoed = delivery.status === 200 && delivery.answer.includes(challenge);
  if (!echoed) delivery.problem = "the answer is not the challenge";
  return { ...resultOf(delivery), seen: echoed ? "ok" : "failed" };
}
