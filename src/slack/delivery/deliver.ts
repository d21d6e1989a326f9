import { addJob } from "../../store/jobs.ts";
import {
  beginPosting,
  claimNotice,
  hasOlderReply,
  leaseMs,
  noticeByKey,
  noticeShown,
  postponeNotice,
  type HeldNotice,
  type PlacedNotice,
} from "../../store/notice-delivery.ts";
import { sendSignal } from "../../store/signals.ts";
import { inTransaction } from "../../store/transaction.ts";
import { permitPost, permitUpdate, type Permit } from "./budget.ts";
import { bury } from "./bury.ts";
import type { Delivery } from "./delivery.ts";
import type { Message } from "./message.ts";
import { findPosted } from "./read-back.ts";
import { recover } from "./recover.ts";
import { post, update, type Place } from "./send.ts";

/** A call lasts at most 10 s; it may only begin while the hold surely outlasts it. */
const lastCallMs = leaseMs - 15_000;
const replyRetryMs = 1_000;
const busyPauseMs = 100;
const busyPatienceMs = 1_500;

/**
 * Bring one notice to its message: post it or change it, so that Slack shows the newest state. However often it is
 * called, killed or raced, there is one message, never two and never none (DESIGN 10).
 */
export async function deliver(delivery: Delivery, noticeId: string): Promise<void> {
  const { clock } = delivery;
  const held = await claim(delivery, noticeId);
  if (!held) return;
  const began = clock.monotonic();
  const mayCall = () => clock.monotonic() - began < lastCallMs;
  try {
    const message = await delivery.render(held);
    if (!message) {
      await bury(delivery, held, "what it tells about does not exist");
      return;
    }
    const shown = await show(delivery, held, message, mayCall);
    if (shown) await record(delivery, held, shown);
  } catch (error) {
    await recover(delivery, held, error);
  }
}

/** Hold the notice. While somebody else does, wait a moment: his send may already show what is wanted. */
async function claim({ store, clock }: Delivery, noticeId: string): Promise<HeldNotice | undefined> {
  for (let waited = 0; ; waited += busyPauseMs) {
    const claimed = await claimNotice(store.housekeeping, noticeId);
    if (!claimed || "held" in claimed) return claimed?.held;
    if (waited >= busyPatienceMs) break;
    await clock.sleep(busyPauseMs);
  }
  // The holder may be slow or dead: somebody has to look again.
  await addJob(store.housekeeping, { task: "notice", id: noticeId, delayMs: busyPatienceMs });
  return undefined;
}

/** The place of the message once it shows `message`; nothing when it was given back to be tried later. */
async function show(
  delivery: Delivery,
  held: HeldNotice,
  message: Message,
  mayCall: () => boolean,
): Promise<Place | undefined> {
  const { store, clients } = delivery;
  const { teamId } = await delivery.self();
  if (held.ts !== null && held.channelId !== null) {
    const permit = await permitUpdate(store.housekeeping, { teamId, noticeId: held.id, urgency: message.urgency });
    if (!(await admitted(delivery, held, permit, mayCall))) return undefined;
    const place = { channelId: held.channelId, ts: held.ts };
    await update(clients.background, message, place);
    return place;
  }
  return postFirst(delivery, held, message, mayCall);
}

async function postFirst(
  delivery: Delivery,
  held: HeldNotice,
  message: Message,
  mayCall: () => boolean,
): Promise<Place | undefined> {
  const { store, clients } = delivery;
  const { teamId, botUserId } = await delivery.self();
  const target = await targetOf(delivery, held);
  if (!target) return undefined;
  if (held.postingAtMs !== null) {
    const ts = await findPosted(clients.reading, held, { ...target, botUserId });
    if (ts !== undefined) return { channelId: target.channelId, ts };
  }
  if (!(await admitted(delivery, held, await permitPost(store.housekeeping, teamId, target.channelId), mayCall)))
    return undefined;
  if (!(await beginPosting(store.housekeeping, held, target.channelId))) return undefined;
  return post(clients.background, message, { ...target, noticeId: held.id });
}

/** Where a first post goes; nothing when its parent or an older reply has to come first. */
async function targetOf(
  delivery: Delivery,
  held: HeldNotice,
): Promise<{ readonly channelId: string; readonly threadTs?: string } | undefined> {
  const { store } = delivery;
  const parent = await headOf(delivery, held.threadOf);
  if (parent?.ts && parent.channelId) {
    if (await hasOlderReply(store.housekeeping, held)) return giveBack(delivery, held, replyRetryMs);
    return { channelId: parent.channelId, threadTs: parent.ts };
  }
  // A parent that can never be shown, or that nobody ever told, does not silence its replies.
  if (parent && parent.state !== "dead") return giveBack(delivery, held, replyRetryMs);
  const usual = held.kind === "alert" ? delivery.alertsChannel : delivery.defaultChannel;
  const wanted = held.channel ?? usual;
  const channel = await delivery.channels.find(wanted);
  if (channel && !channel.isExternal) return { channelId: channel.id };
  const reason = channel ? "is shared with other organisations" : "does not exist or the bot cannot see it";
  await bury(delivery, held, `${wanted} ${reason}`);
  return undefined;
}

/** The message a thread hangs on. What replies to a further request lands in the thread that request is in. */
async function headOf({ store }: Delivery, threadOf: string | null): Promise<PlacedNotice | null> {
  const parent = threadOf === null ? null : await noticeByKey(store.housekeeping, threadOf);
  if (!parent?.ts || parent.threadOf === null) return parent;
  return (await noticeByKey(store.housekeeping, parent.threadOf)) ?? parent;
}

/** Wait for the permit while the hold lasts, or give the message back until its turn comes. */
async function admitted(
  delivery: Delivery,
  held: HeldNotice,
  permit: Permit,
  mayCall: () => boolean,
): Promise<boolean> {
  if ("comeBackMs" in permit) {
    await giveBack(delivery, held, permit.comeBackMs);
    return false;
  }
  if (permit.waitMs > 0) await delivery.clock.sleep(permit.waitMs);
  if (mayCall()) return true;
  await giveBack(delivery, held, 0);
  return false;
}

async function giveBack(delivery: Delivery, held: HeldNotice, delayMs: number): Promise<undefined> {
  await inTransaction(delivery.store.housekeeping, (transaction) => postponeNotice(transaction, held, { delayMs }));
  return undefined;
}

/** Write down what people see now; a workflow's message wakes its run in the same transaction. */
async function record(delivery: Delivery, held: HeldNotice, place: Place): Promise<void> {
  const { teamId } = await delivery.self();
  await inTransaction(delivery.store.housekeeping, async (transaction) => {
    const more = await noticeShown(transaction, held, { teamId, ...place });
    if (more) await addJob(transaction, { task: "notice", id: held.id, priority: held.priority });
    if (held.kind === "message" && held.ts === null)
      await sendSignal(transaction, {
        tenantId: held.tenantId,
        runId: held.subjectId,
        key: `notice:${held.id}`,
        payload: { status: "delivered", ts: place.ts, channel: place.channelId },
      });
  });
}
