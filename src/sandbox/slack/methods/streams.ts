import { structure, text } from "../arguments.ts";
import { array, isObject, known, object, oneOf, optional, required, string, variant } from "../blocks/check.ts";
import type { Report } from "../blocks/check.ts";
import { messageLimits, streamLimits } from "../limits.ts";
import { apiMessage, botMessage, inThread, readBlocks, readMetadata } from "../messages.ts";
import type { Block, JsonObject, StoredMessage } from "../types.ts";
import { latest } from "../workspace.ts";
import { mayPost, postTarget } from "./chat.ts";
import { ApiError } from "./method.ts";
import type { Call, Method } from "./method.ts";

/** Streamed messages (slack.md 2.4): they die five minutes after the start, whatever happens in between. */

const chunk = variant({
  markdown_text: object({ type: known, text: required(string()) }),
  plan_update: object({ type: known, title: required(string()) }),
  blocks: object({ type: known, blocks: required(array(() => undefined, { max: messageLimits.blocks })) }),
  task_update: object({
    type: known,
    id: required(string()),
    title: required(string()),
    status: required(oneOf("pending", "in_progress", "complete", "error")),
    details: optional(string()),
    output: optional(string()),
    sources: optional(array(() => undefined)),
  }),
});

/** Chunks as sent, `markdown_text` as one of them. */
function chunksOf(args: JsonObject): JsonObject[] {
  const markdown = text(args, "markdown_text");
  if ((markdown?.length ?? 0) > messageLimits.markdownText) throw new ApiError("msg_too_long");
  const { value, invalid } = structure(args, "chunks");
  const report: Report = { surface: "message", problems: [] };
  if (value !== undefined) array(chunk)(value, "/chunks", report);
  if (invalid || report.problems.length > 0) throw new ApiError("invalid_chunks");
  const chunks = Array.isArray(value) ? value.filter(isObject) : [];
  const long = (one: unknown) => typeof one === "string" && one.length > streamLimits.chunkText;
  if (chunks.some((one) => Object.values(one).some(long))) throw new ApiError("msg_too_long");
  return [...chunks, ...(markdown === undefined ? [] : [{ type: "markdown_text", text: markdown }])];
}

function paragraph(content: string): JsonObject {
  const section = { type: "rich_text_section", elements: [{ type: "text", text: content }] };
  return { type: "rich_text", elements: [section] };
}

/** The message after more chunks: text grows, tasks are replaced by id, and their details are added to. */
function grown(old: StoredMessage, chunks: JsonObject[]): StoredMessage {
  const next = structuredClone(old);
  const plan = (): Block & { tasks: JsonObject[] } => {
    const found = next.blocks.find(({ type }) => type === "plan");
    if (found) return found as Block & { tasks: JsonObject[] };
    const made = { type: "plan", title: "Thinking", tasks: [] };
    next.blocks.push(made);
    return made;
  };
  for (const one of chunks) {
    if (one["type"] === "markdown_text") next.text += String(one["text"]);
    if (one["type"] === "plan_update") plan()["title"] = one["title"];
    if (one["type"] === "blocks") next.blocks.push(...(one["blocks"] as Block[]));
    if (one["type"] !== "task_update") continue;
    const { tasks } = plan();
    const task = tasks.find(({ task_id }) => task_id === one["id"]) ?? { type: "task_card", task_id: one["id"] };
    if (!tasks.includes(task)) tasks.push(task);
    Object.assign(task, { title: one["title"], status: one["status"] });
    const added = typeof one["details"] === "string" ? one["details"] : "";
    const before = typeof task["plain_details"] === "string" ? task["plain_details"] : "";
    if (added !== "") Object.assign(task, { plain_details: before + added, details: paragraph(before + added) });
    if (typeof one["output"] === "string") task["output"] = paragraph(one["output"]);
  }
  return next;
}

function start(call: Call): JsonObject {
  const { workspace, args } = call;
  const channel = postTarget(call);
  mayPost(call, channel);
  if (channel.kind !== "im") {
    for (const name of ["recipient_team_id", "recipient_user_id"])
      if (text(args, name) === undefined) throw new ApiError(`missing_${name}`);
    if (!workspace.user(text(args, "recipient_user_id") ?? "")) throw new ApiError("user_not_found");
  }
  const chunks = chunksOf(args);
  const thread = inThread(workspace, channel, text(args, "thread_ts"));
  const message = botMessage(workspace, { channel: channel.id, text: "", blocks: [], ...thread });
  workspace.addMessage(grown(message, chunks));
  workspace.streams.set(`${channel.id}:${message.ts}`, workspace.clock.now());
  return { channel: channel.id, ts: message.ts };
}

/** The streaming message, still alive. */
function streaming({ workspace, args }: Call) {
  const key = `${text(args, "channel")}:${text(args, "ts")}`;
  const record = workspace.message(text(args, "channel") ?? "", text(args, "ts") ?? "");
  if (!record) throw new ApiError("message_not_found");
  if (latest(record).user !== workspace.app.botUserId) throw new ApiError("message_not_owned_by_app");
  const started = workspace.streams.get(key);
  if (started === undefined || workspace.clock.now() - started > streamLimits.lifeMs)
    throw new ApiError("message_not_in_streaming_state");
  return { key, record };
}

function append(call: Call): JsonObject {
  const { record } = streaming(call);
  call.workspace.addVersion(record, grown(latest(record), chunksOf(call.args)));
  return { channel: record.channel, ts: record.ts };
}

function stop(call: Call): JsonObject {
  const { workspace, args } = call;
  const { key, record } = streaming(call);
  const chunks = chunksOf(args);
  const blocks = readBlocks(args) ?? [];
  const metadata = readMetadata(args);
  const message = grown(latest(record), chunks);
  const named = metadata !== undefined && metadata !== "cleared" ? { metadata } : {};
  const ended = botMessage(workspace, { ...message, blocks: [...message.blocks, ...blocks], ...named });
  workspace.addVersion(record, ended);
  workspace.streams.delete(key);
  return { channel: record.channel, ts: record.ts, message: apiMessage(workspace, ended, true) };
}

const scopes = ["chat:write"];
const where = ["channel", "ts"];

export const streamMethods: Record<string, Method> = {
  "chat.startStream": { scopes, tier: "tier2", required: ["channel"], run: start },
  "chat.appendStream": { scopes, tier: "tier4", required: where, run: append },
  "chat.stopStream": { scopes, tier: "tier2", required: where, run: stop },
};
