import { flagAt, listAt, textAt, type Answer, type Call } from "../clients.ts";
import type { HeldNotice } from "../../store/notice-delivery.ts";

const metadataType = "policycortex_notice";

/** What every message carries, so that it can be recognised: an id and nothing else, since anybody can read it. */
export function metadataOf(noticeId: string) {
  return { event_type: metadataType, event_payload: { notice_id: noticeId } };
}

/** Slack's clock and ours may differ, and a call takes a while. */
const marginMs = 300_000;
const maxPages = 20;

/**
 * The place of a message whose post ended unclearly, found by its metadata in the channel or thread.
 * Only our own bot's messages count: metadata can be copied by any app.
 * @throws what the Web API throws; an unread channel is not an empty one.
 */
export async function findPosted(
  reading: Call,
  notice: HeldNotice,
  where: { readonly channelId: string; readonly threadTs?: string; readonly botUserId: string },
): Promise<string | undefined> {
  const common = {
    channel: where.channelId,
    oldest: ((notice.postingAtMs! - marginMs) / 1_000).toFixed(6),
    include_all_metadata: true,
    limit: 200,
  };
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const next = cursor === undefined ? {} : { cursor };
    const answer: Answer =
      where.threadTs === undefined
        ? await reading("conversations.history", { ...common, ...next })
        : await reading("conversations.replies", { ...common, ...next, ts: where.threadTs });
    const found = listAt(answer, "messages").find((message) => isNotice(message, notice.id, where.botUserId));
    if (found) return textAt(found, "ts");
    cursor = textAt(answer, "response_metadata", "next_cursor");
    if (cursor === undefined || !flagAt(answer, "has_more")) return undefined;
  }
  throw new Error(`notice ${notice.id} could not be looked for: more than ${maxPages} pages since it was posted`);
}

function isNotice(message: unknown, noticeId: string, botUserId: string): boolean {
  return (
    textAt(message, "metadata", "event_type") === metadataType &&
    textAt(message, "metadata", "event_payload", "notice_id") === noticeId &&
    textAt(message, "user") === botUserId
  );
}
