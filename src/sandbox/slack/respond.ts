import { flag, text } from "./arguments.ts";
import { botMessage, inThread, readBlocks, readMetadata, readText } from "./messages.ts";
import { ApiError } from "./methods/method.ts";
import type { JsonObject, ResponseUrl, StoredMessage } from "./types.ts";
import { latest } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** Answers to commands and posts to a `response_url` (slack.md 5.10). */

type Origin = Pick<ResponseUrl, "user" | "channel" | "source">;

/** Uses up one of a response URL's five posts; throws ApiError `used_url` or `expired_url` when it is spent or unknown. */
export function takeResponseUrl(workspace: Workspace, token: string): ResponseUrl {
  const url = workspace.responseUrl(token);
  if (!url || workspace.clock.now() > url.expiresAt) throw new ApiError("expired_url");
  if (url.usesLeft <= 0) throw new ApiError("used_url");
  url.usesLeft -= 1;
  return url;
}

/** Shows an answer: by default only to the person; `replace_original` and `delete_original` act on what was clicked. */
export function showResponse(workspace: Workspace, origin: Origin, body: JsonObject): void {
  if (flag(body, "delete_original")) {
    deleteOriginal(workspace, origin);
    return;
  }
  const channel = workspace.channel(origin.channel);
  if (!channel) throw new ApiError("channel_not_found");
  const blocks = readBlocks(body);
  const metadata = readMetadata(body);
  const content = {
    channel: channel.id,
    text: readText(body, blocks),
    blocks: blocks ?? [],
    ...(metadata !== undefined && metadata !== "cleared" ? { metadata } : {}),
  };
  if (flag(body, "replace_original") && origin.source) {
    replaceOriginal(workspace, origin, content);
    return;
  }
  const thread = inThread(workspace, channel, text(body, "thread_ts"));
  if (body["response_type"] === "in_channel") {
    workspace.addMessage(botMessage(workspace, { ...content, ...thread }));
  } else {
    workspace.addEphemeral(botMessage(workspace, { ...content, ...thread, ephemeral_for: origin.user }));
  }
}

function replaceOriginal(
  workspace: Workspace,
  { channel, source }: Origin,
  content: Pick<StoredMessage, "channel" | "text" | "blocks">,
): void {
  if (source?.ephemeral === true) {
    const old = workspace.data.ephemerals.find(({ ts }) => ts === source.ts);
    if (old) workspace.replaceEphemeral(old.ts, botMessage(workspace, { ...old, ...content }));
    return;
  }
  const record = source && workspace.message(channel, source.ts);
  if (!record) throw new ApiError("message_not_found");
  const edited = { user: workspace.app.botUserId, ts: workspace.nextTs() };
  workspace.addVersion(record, botMessage(workspace, { ...latest(record), ...content, edited }));
}

function deleteOriginal(workspace: Workspace, { channel, source }: Origin): void {
  if (source?.ephemeral === true) {
    workspace.replaceEphemeral(source.ts, undefined);
    return;
  }
  const record = source && workspace.message(channel, source.ts);
  if (!record) throw new ApiError("message_not_found");
  record.deleted = true;
  workspace.changed({ kind: "message", channel, ts: record.ts });
}
