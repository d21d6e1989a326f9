import { wantNotice } from "../../store/notices.ts";
import { forgetMessage, postponeNotice, type HeldNotice } from "../../store/notice-delivery.ts";
import { inTransaction } from "../../store/transaction.ts";
import { failureOf } from "../failures.ts";
import { closePosts, closeUpdates } from "./budget.ts";
import { bury } from "./bury.ts";
import type { Delivery } from "./delivery.ts";

/** An answer that was lost needs a moment until Slack shows its effect to a reader. */
const readBackAfterMs = 1_500;
const longestPauseMs = 120_000;
const installationPauseMs = 60_000;
/** About a day of an unreachable Slack. */
const mostFailures = 700;
const mostParentTries = 5;
const parentPauseMs = 3_000;

/**
 * What a failed delivery does next: wait for Slack's limit, look before posting again, wait for the administrator,
 * post anew, or end the message. Faults of ours (database, code) are thrown on: the job comes back by itself.
 */
export async function recover(delivery: Delivery, held: HeldNotice, error: unknown): Promise<void> {
  const failure = failureOf(error);
  const { store, log } = delivery;
  const details = { notice: held.id, kind: held.kind, reason: failure.code };
  const again = (delayMs: number, clean: boolean) =>
    inTransaction(store.housekeeping, (transaction) =>
      postponeNotice(transaction, held, { delayMs, error: failure.code, clean }),
    );
  switch (failure.kind) {
    case "limited":
      await close(delivery, held, failure.waitMs);
      return again(failure.waitMs, true);
    case "installation":
      if (held.failures === 0)
        log.error({ ...details, alert: true }, "Slack refuses the bot: see `policycortex doctor`");
      return again(installationPauseMs, true);
    case "gone":
      if (await repost(delivery, held, failure.code)) return;
      return bury(delivery, held, failure.code);
    case "blocks":
    case "permanent":
      return bury(delivery, held, failure.code);
    case "unclear":
      if (held.failures >= mostFailures) return bury(delivery, held, failure.code);
      log.warn(details, "a message to Slack ended unclearly and will be looked for");
      return again(pauseAfter(held.failures), false);
  }
}

/** A deleted message is posted anew once; a reply whose parent was deleted has that done first. */
async function repost({ store }: Delivery, held: HeldNotice, code: string): Promise<boolean> {
  const { threadOf } = held;
  if (held.ts !== null) return inTransaction(store.housekeeping, (transaction) => forgetMessage(transaction, held));
  if (threadOf === null || held.failures >= mostParentTries) return false;
  await inTransaction(store.housekeeping, async (transaction) => {
    await wantNotice(transaction, threadOf, { priority: 0 });
    await postponeNotice(transaction, held, { delayMs: parentPauseMs, error: code, clean: true });
  });
  return true;
}

function pauseAfter(failures: number): number {
  const pause = Math.min(longestPauseMs, readBackAfterMs * 2 ** Math.min(failures, 10));
  return Math.round(pause * (0.8 + Math.random() * 0.4));
}

/** Slack's Retry-After holds for everything of the kind, on every replica. */
async function close(delivery: Delivery, held: HeldNotice, waitMs: number): Promise<void> {
  const { teamId } = await delivery.self();
  if (held.ts !== null) return closeUpdates(delivery.store.housekeeping, teamId, waitMs);
  const channelId = held.channelId ?? (await delivery.channels.find(held.channel ?? delivery.defaultChannel))?.id;
  if (channelId !== undefined) await closePosts(delivery.store.housekeeping, teamId, channelId, waitMs);
}
