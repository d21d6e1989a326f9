import { textAt, type Call } from "../clients.ts";
import { failureOf } from "../failures.ts";
import type { Message } from "./message.ts";
import { metadataOf } from "./read-back.ts";

export interface Place {
  readonly channelId: string;
  readonly ts: string;
}

/** Slack parses nothing we did not mean: `chat.update` would otherwise turn text into mentions by itself. */
const literal = { parse: "none", link_names: false, unfurl_links: false, unfurl_media: false } as const;

/** Post a message once, with the plainer form where its blocks are refused (a refusal has no effect, so that is safe). */
export async function post(
  background: Call,
  message: Message,
  to: { readonly channelId: string; readonly threadTs?: string; readonly noticeId: string },
): Promise<Place> {
  const thread =
    to.threadTs === undefined
      ? {}
      : { thread_ts: to.threadTs, ...(message.broadcast ? { reply_broadcast: true } : {}) };
  const answer = await withPlainFallback(message, (blocks) =>
    background("chat.postMessage", {
      channel: to.channelId,
      text: message.text,
      blocks,
      metadata: metadataOf(to.noticeId),
      ...thread,
      ...literal,
    }),
  );
  const ts = textAt(answer, "ts");
  if (ts === undefined) throw new Error("chat.postMessage answered without a ts");
  return { channelId: textAt(answer, "channel") ?? to.channelId, ts };
}

/** Change a message in place; its metadata stays as it was posted. */
export async function update(background: Call, message: Message, place: Place): Promise<void> {
  await withPlainFallback(message, (blocks) =>
    background("chat.update", {
      channel: place.channelId,
      ts: place.ts,
      text: message.text,
      blocks,
      parse: literal.parse,
      link_names: literal.link_names,
    }),
  );
}

async function withPlainFallback<T>(message: Message, send: (blocks: unknown) => Promise<T>): Promise<T> {
  try {
    return await send(message.blocks);
  } catch (error) {
    if (failureOf(error).kind !== "blocks") throw error;
    return send(message.plainBlocks);
  }
}
