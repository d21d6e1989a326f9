import { structure, text } from "../arguments.ts";
import { isObject } from "../blocks/check.ts";
import { fileLimits } from "../limits.ts";
import { botMessage, inThread, readBlocks } from "../messages.ts";
import type { JsonObject, StoredFile } from "../types.ts";
import type { Workspace } from "../workspace.ts";
import { mayPost } from "./chat.ts";
import { visibleChannel } from "./conversations.ts";
import { ApiError, invalidArguments } from "./method.ts";
import type { Call, Method } from "./method.ts";

/** files.*: an address, the bytes, and only then a file in a channel (slack.md 2.5). Files last as long as the process. */

function uploadUrl({ workspace, args, url }: Call): JsonObject {
  const length = Number(text(args, "length"));
  if (!(length > 0)) throw new ApiError("missing_argument");
  if (!workspace.data.settings.fileUploads) throw new ApiError("file_uploads_disabled");
  if ((text(args, "alt_txt")?.length ?? 0) > fileLimits.altText) throw new ApiError("alt_txt_too_large");
  const name = text(args, "filename") ?? "";
  const ticket = workspace.random(12);
  const id = workspace.nextId("F");
  workspace.files.set(id, { id, name, title: name, size: length, ticket, content: undefined, channels: [] });
  return { upload_url: `${url}/upload/v1/${ticket}`, file_id: id };
}

/** Takes the bytes for an upload address; false when the address is unknown or used. */
export function receiveFile(workspace: Workspace, ticket: string, content: string): boolean {
  const file = [...workspace.files.values()].find((one) => one.ticket === ticket && one.content === undefined);
  if (!file) return false;
  file.content = content;
  return true;
}

function complete(call: Call): JsonObject {
  const { workspace, args } = call;
  const { value, invalid } = structure(args, "files");
  if (invalid || !Array.isArray(value) || value.length === 0) throw invalidArguments("missing required field: files");
  const targets = (text(args, "channels") ?? text(args, "channel_id") ?? "").split(",").filter((id) => id !== "");
  const channels = targets.slice(0, fileLimits.channels).map((id) => visibleChannel(workspace, id));
  for (const channel of channels) mayPost(call, channel);
  const files = value.filter(isObject).map((sent) => {
    const file = workspace.files.get(text(sent, "id") ?? "");
    if (!file || file.content === undefined) throw new ApiError("file_not_found");
    file.title = text(sent, "title") ?? file.title;
    return file;
  });
  const blocks = readBlocks(args);
  for (const channel of channels) {
    const thread = inThread(workspace, channel, text(args, "thread_ts"));
    const own = { channel: channel.id, text: text(args, "initial_comment") ?? "", blocks: blocks ?? [], ...thread };
    workspace.addMessage(botMessage(workspace, { ...own, files: files.map(shown) }));
    for (const file of files) file.channels.push(channel.id);
  }
  return { files: files.map(shown) };
}

function shown({ id, name, title, size, channels }: StoredFile): JsonObject {
  return { id, name, title, size, mode: "hosted", channels: [...channels] };
}

function info({ workspace, args }: Call): JsonObject {
  const file = workspace.files.get(text(args, "file") ?? "");
  if (!file || file.content === undefined) throw new ApiError("file_not_found");
  return { file: shown(file), comments: [] };
}

const write = ["files:write"];

export const fileMethods: Record<string, Method> = {
  "files.getUploadURLExternal": { scopes: write, tier: "tier4", required: ["filename", "length"], run: uploadUrl },
  "files.completeUploadExternal": { scopes: write, tier: "tier4", required: ["files"], run: complete },
  "files.info": { scopes: ["files:read"], tier: "tier4", required: ["file"], run: info },
};
