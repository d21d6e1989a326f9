import { isObject } from "./blocks/check.ts";
import type { Problem } from "./blocks/check.ts";
import { storedBlocks } from "./blocks/stored.ts";
import { checkMessageBlocks, parseBlocks } from "./blocks/validate.ts";
import { structure, text } from "./arguments.ts";
import { messageLimits } from "./limits.ts";
import { ApiError } from "./methods/method.ts";
import { omit } from "./omit.ts";
import type { Block, Channel, JsonObject, MessageRecord, Metadata, StoredMessage } from "./types.ts";
import { latest } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** What every way of posting shares: reading content, checking it, building the stored form, finding threads. */

/** `errors` and `response_metadata` as message methods and views return them. */
export function problemBody(problems: Problem[]): JsonObject {
  const lines = problems.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`);
  return { errors: lines, response_metadata: { messages: lines.map((line) => `[ERROR] ${line}`) } };
}

/** Blocks as sent, or undefined when none were; throws the error Slack gives for bad ones. */
export function readBlocks(args: JsonObject): Block[] | undefined {
  const sent = args["blocks"];
  if (sent === undefined || sent === null || sent === "") return undefined;
  const blocks = parseBlocks(sent);
  if (!blocks) throw new ApiError("invalid_blocks_format");
  const { error, problems } = checkMessageBlocks(blocks, "/blocks");
  if (error) throw new ApiError(error, problemBody(problems));
  return blocks;
}

/** Metadata as sent: undefined when omitted, "cleared" for `{}`. */
export function readMetadata(args: JsonObject): Metadata | "cleared" | undefined {
  const { value, invalid } = structure(args, "metadata");
  if (invalid) throw new ApiError("invalid_metadata_format");
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new ApiError("invalid_metadata_format");
  if (Object.keys(value).length === 0) return "cleared";
  const { event_type, event_payload } = value;
  if (typeof event_type !== "string" || !isObject(event_payload)) throw new ApiError("invalid_metadata_format");
  if (JSON.stringify(value).length > messageLimits.metadataBytes) throw new ApiError("metadata_too_large");
  return { event_type, event_payload };
}

/** Text of the message; `no_text` when there is nothing at all to show. */
export function readText(args: JsonObject, blocks: Block[] | undefined): string {
  const markdown = text(args, "markdown_text");
  if (markdown !== undefined) {
    if (text(args, "text") !== undefined || blocks) throw new ApiError("markdown_text_conflict");
    if (markdown.length > messageLimits.markdownText) throw new ApiError("msg_too_long");
    return markdown;
  }
  const { value: attachments } = structure(args, "attachments");
  if (Array.isArray(attachments) && attachments.length > messageLimits.attachments)
    throw new ApiError("too_many_attachments");
  const sent = text(args, "text");
  const hasAttachments = Array.isArray(attachments) && attachments.length > 0;
  if (sent === undefined && !hasAttachments && (blocks?.length ?? 0) === 0) throw new ApiError("no_text");
  return sent ?? "";
}

/** A message by the bot, in its stored form. */
export function botMessage(
  workspace: Workspace,
  own: Pick<StoredMessage, "channel" | "text"> & { blocks: Block[] } & Partial<StoredMessage>,
): StoredMessage {
  const { app, data } = workspace;
  return {
    type: "message",
    ts: workspace.nextTs(),
    user: app.botUserId,
    bot_id: app.botId,
    app_id: app.id,
    team: data.team.id,
    ...own,
    blocks: storedBlocks(own.blocks, () => workspace.nextId("")),
  };
}

/** The fields that put a message into a thread; `cannot_reply_to_message` when there is no such parent. */
export function inThread(
  workspace: Workspace,
  channel: Channel,
  threadTs: string | undefined,
  broadcast = false,
): Partial<StoredMessage> {
  if (threadTs === undefined) return {};
  const record = workspace.record(channel.id, threadTs);
  const parent = record && latest(record);
  if (!parent || isReply(parent)) throw new ApiError("cannot_reply_to_message");
  return {
    thread_ts: threadTs,
    parent_user_id: parent.user,
    ...(broadcast ? { subtype: "thread_broadcast" as const } : {}),
  };
}

export function isReply(message: StoredMessage): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

/** Current messages of a channel, oldest first, thread replies left out unless broadcast. */
export function channelMessages(workspace: Workspace, channel: string): StoredMessage[] {
  const all = current(workspace.recordsIn(channel));
  return all.filter((message) => !isReply(message) || message.subtype === "thread_broadcast");
}

/** The parent, if it is still there, and its replies, oldest first. */
export function threadMessages(workspace: Workspace, channel: string, threadTs: string): StoredMessage[] {
  const root = workspace.record(channel, threadTs);
  return current([...(root ? [root] : []), ...workspace.repliesTo(channel, threadTs)]);
}

function current(records: MessageRecord[]): StoredMessage[] {
  return records.filter(({ deleted }) => !deleted).map(latest);
}

/** A message as the Web API shows it: thread counts on parents, metadata only when asked for. */
export function apiMessage(workspace: Workspace, message: StoredMessage, withMetadata: boolean): JsonObject {
  const { channel, metadata } = message;
  const shown = omit(message, "channel", "ephemeral_for", "metadata");
  const replies = threadMessages(workspace, channel, message.ts).filter(isReply);
  const thread = {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users: [...new Set(replies.map(({ user }) => user))],
    latest_reply: replies.at(-1)?.ts,
  };
  return { ...shown, ...(replies.length > 0 ? thread : {}), ...(withMetadata && metadata ? { metadata } : {}) };
}
