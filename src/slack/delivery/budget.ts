import type { Transaction } from "../../store/client.ts";
import { heldFor, hold, takePlace } from "../../store/slack-budget.ts";

/** Short waits are slept through while the message is held; longer ones give it back. */
const patienceMs = 1_200;
/** Slack: about one message a second and channel, short bursts tolerated. */
const postIntervalMs = 1_000;
const postBurst = 2;
/** Tier 3: 50 changes a minute and workspace; terminal states may run furthest ahead, progress least. */
const updateIntervalMs = 1_200;
const updatesAhead = { urgent: 40, ordinary: 25, progress: 10 } as const;
/** Slack's advice for one message that shows progress. */
const progressIntervalMs = 3_000;

export type Urgency = keyof typeof updatesAhead;
export type Permit = { readonly waitMs: number } | { readonly comeBackMs: number };

/** Leave to post into a channel now, soon, or not yet. */
export async function permitPost(transaction: Transaction, teamId: string, channelId: string): Promise<Permit> {
  const bucket = postBucket(teamId, channelId);
  const closed = await heldFor(transaction, [closing(bucket)]);
  if (closed > 0) return { comeBackMs: closed };
  const pace = { bucket, intervalMs: postIntervalMs, aheadMs: (postBurst - 1) * postIntervalMs };
  return permit(await takePlace(transaction, pace, patienceMs));
}

/** Leave to change a message: within the workspace's tier, and for progress at most every 3 s a message. */
export async function permitUpdate(
  transaction: Transaction,
  message: { readonly teamId: string; readonly noticeId: string; readonly urgency: Urgency },
): Promise<Permit> {
  const bucket = updateBucket(message.teamId);
  const own = { bucket: `message:${message.noticeId}`, intervalMs: progressIntervalMs, aheadMs: 0 };
  const closed = await heldFor(transaction, [closing(bucket)]);
  if (closed > 0) return { comeBackMs: closed };
  if (message.urgency === "progress") {
    const place = await takePlace(transaction, own, 0);
    if (!place.taken) return { comeBackMs: place.waitMs };
  }
  const aheadMs = updatesAhead[message.urgency] * updateIntervalMs;
  return permit(await takePlace(transaction, { bucket, intervalMs: updateIntervalMs, aheadMs }, patienceMs));
}

/** Slack said 429: nobody calls this kind before Retry-After has passed. */
export async function closePosts(transaction: Transaction, teamId: string, channelId: string, waitMs: number) {
  await hold(transaction, closing(postBucket(teamId, channelId)), waitMs);
}

export async function closeUpdates(transaction: Transaction, teamId: string, waitMs: number) {
  await hold(transaction, closing(updateBucket(teamId)), waitMs);
}

function permit(place: { readonly taken: boolean; readonly waitMs: number }): Permit {
  return place.taken ? { waitMs: place.waitMs } : { comeBackMs: place.waitMs };
}

const postBucket = (teamId: string, channelId: string) => `post:${teamId}:${channelId}`;
const updateBucket = (teamId: string) => `update:${teamId}`;
const closing = (bucket: string) => `closed:${bucket}`;
