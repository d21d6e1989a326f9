import { flag, text } from "../arguments.ts";
import { messageLimits, streamLimits } from "../limits.ts";
import {
  apiMessage,
  botMessage,
  inThread,
  isReply,
  readBlocks,
  readMetadata,
  readText,
  threadMessages,
} from "../messages.ts";
import { permalink } from "../permalink.ts";
import type { Block, Channel, JsonObject, MessageRecord, StoredMessage } from "../types.ts";
import { latest } from "../workspace.ts";
import { visibleChannel } from "./conversations.ts";
import { ApiError } from "./method.ts";
import type { Call, Method } from "./method.ts";

/** chat.*: posting, changing and deleting messages. */

const scopes = ["chat:write"];

/** Posting takes an id, a name with or without `#`, or a person (their direct messages). */
export function postTarget({ workspace, args }: Call): Channel {
  const wanted = text(args, "channel") ?? "";
  const name = wanted.replace(/^#/, "");
  const named = workspace.data.channels.find((channel) => channel.kind !== "im" && channel.name === name);
  const person = workspace.user(wanted);
  if (person && !person.is_bot) return workspace.openDm(person.id).channel;
  return named ?? visibleChannel(workspace, wanted);
}

/** Whether the bot may post there at all, and there as this kind of message. */
export function mayPost({ workspace, args }: Call, channel: Channel): void {
  if (channel.archived) throw new ApiError("is_archived");
  const { app, data } = workspace;
  const toAnyPublic = channel.kind === "public" && data.scopes.includes("chat:write.public");
  if (!channel.members.includes(app.botUserId) && !toAnyPublic) throw new ApiError("not_in_channel");
  if (channel.kind === "im" && !data.settings.messagesTab) throw new ApiError("messages_tab_disabled");
  const inThread = text(args, "thread_ts") !== undefined;
  const { restriction } = channel;
  if (restriction === "restricted_action_thread_locked" && !inThread) return;
  if (restriction === "restricted_action_non_threadable_channel" && !inThread) return;
  if (restriction === "restricted_action_thread_only_channel" && inThread) return;
  if (restriction) throw new ApiError(restriction);
}

/** Editing ends when the workspace says so; a rich-text message stays one. */
function mayBecome({ workspace }: Call, old: StoredMessage, blocks: Block[] | undefined): void {
  const { editWindowMinutes } = workspace.data.settings;
  const age = workspace.clock.now() - Number(old.ts) * 1_000;
  if (editWindowMinutes !== null && age > editWindowMinutes * 60_000) throw new ApiError("edit_window_closed");
  const rich = (list: Block[]) => list.some(({ type }) => type === "rich_text");
  const wasRichText = old.blocks.length > 0 && old.blocks.every(({ type }) => type === "rich_text");
  if (wasRichText && blocks && blocks.length > 0 && !rich(blocks)) throw new ApiError("block_mismatch");
}

function postMessage(call: Call): JsonObject {
  const { workspace, args } = call;
  const channel = postTarget(call);
  mayPost(call, channel);
  const blocks = readBlocks(args);
  const sent = readText(args, blocks);
  const metadata = readMetadata(args);
  const thread = inThread(workspace, channel, text(args, "thread_ts"), flag(args, "reply_broadcast"));
  const truncated = sent.length > messageLimits.postText;
  const message = botMessage(workspace, {
    channel: channel.id,
    text: truncated ? sent.slice(0, messageLimits.postText) : sent,
    blocks: blocks ?? [],
    ...thread,
    ...(metadata !== undefined && metadata !== "cleared" ? { metadata } : {}),
  });
  workspace.addMessage(message);
  const warning = truncated
    ? { warning: "message_truncated", response_metadata: { warnings: ["message_truncated"] } }
    : {};
  return { channel: channel.id, ts: message.ts, message: apiMessage(workspace, message, true), ...warning };
}

/** The bot's own message named by `channel` and `ts`; changing it needs the channel's id. */
function ownMessage({ workspace, args }: Call, refusal: string): MessageRecord {
  const channel = visibleChannel(workspace, text(args, "channel") ?? "");
  if (channel.archived) throw new ApiError("is_inactive");
  const record = workspace.message(channel.id, text(args, "ts") ?? "");
  if (!record) throw new ApiError("message_not_found");
  if (latest(record).user !== workspace.app.botUserId) throw new ApiError(refusal);
  return record;
}

function update(call: Call): JsonObject {
  const { workspace, args } = call;
  const record = ownMessage(call, "cant_update_message");
  const old = latest(record);
  if ((text(args, "text")?.length ?? 0) > messageLimits.updateText) throw new ApiError("msg_too_long");
  const blocks = readBlocks(args);
  mayBecome(call, old, blocks);
  const streamedSince = workspace.streams.get(`${old.channel}:${old.ts}`);
  if (streamedSince !== undefined && workspace.clock.now() - streamedSince <= streamLimits.lifeMs)
    throw new ApiError("streaming_state_conflict");
  const sent = readText(args, blocks);
  const metadata = readMetadata(args);
  const { metadata: kept, ...rest } = old;
  const newMetadata = metadata === undefined ? kept : metadata === "cleared" ? undefined : metadata;
  const message = botMessage(workspace, {
    ...rest,
    text: sent,
    // Blocks that are not sent again stay; an empty array removes them.
    blocks: blocks ?? old.blocks,
    ...(newMetadata ? { metadata: newMetadata } : {}),
    ...(flag(args, "reply_broadcast") && isReply(old) ? { subtype: "thread_broadcast" as const } : {}),
    edited: { user: workspace.app.botUserId, ts: workspace.nextTs() },
  });
  workspace.addVersion(record, message);
  return { channel: old.channel, ts: old.ts, text: sent, message: apiMessage(workspace, message, true) };
}

function remove(call: Call): JsonObject {
  const { workspace } = call;
  const record = ownMessage(call, "cant_delete_message");
  const { channel, ts, user, team, type } = latest(record);
  if (threadMessages(workspace, channel, ts).some(isReply)) {
    const tombstone = { type, channel, ts, user, team, subtype: "tombstone" as const, thread_ts: ts };
    workspace.addVersion(record, { ...tombstone, text: "This message was deleted.", blocks: [] });
  } else {
    record.deleted = true;
    workspace.changed({ kind: "message", channel, ts });
  }
  return { channel, ts };
}

function postEphemeral(call: Call): JsonObject {
  const { workspace, args } = call;
  const channel = visibleChannel(workspace, text(args, "channel") ?? "");
  mayPost(call, channel);
  const user = text(args, "user") ?? "";
  if (!channel.members.includes(user)) throw new ApiError("user_not_in_channel");
  const blocks = readBlocks(args);
  const sent = readText(args, blocks);
  const thread = inThread(workspace, channel, text(args, "thread_ts"));
  const own = { channel: channel.id, text: sent, blocks: blocks ?? [], ...thread, ephemeral_for: user };
  const message = botMessage(workspace, own);
  workspace.addEphemeral(message);
  return { message_ts: message.ts };
}

function getPermalink({ workspace, args, url }: Call): JsonObject {
  const channel = visibleChannel(workspace, text(args, "channel") ?? "");
  const record = workspace.message(channel.id, text(args, "message_ts") ?? "");
  if (!record) throw new ApiError("message_not_found");
  return { channel: channel.id, permalink: permalink(url, latest(record)) };
}

export const chatMethods: Record<string, Method> = {
  "chat.postMessage": { scopes, tier: "special", required: ["channel"], run: postMessage },
  "chat.update": { scopes, tier: "tier3", required: ["channel", "ts"], run: update },
  "chat.delete": { scopes, tier: "tier3", required: ["channel", "ts"], run: remove },
  "chat.postEphemeral": { scopes, tier: "tier4", required: ["channel", "user"], run: postEphemeral },
  "chat.getPermalink": { tier: "special", required: ["channel", "message_ts"], run: getPermalink },
};
