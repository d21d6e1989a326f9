import { text } from "../arguments.ts";
import { scheduleLimits } from "../limits.ts";
import { botMessage, inThread, readBlocks, readMetadata, readText } from "../messages.ts";
import { pageOf } from "../pages-of.ts";
import type { JsonObject } from "../types.ts";
import { mayPost, postTarget } from "./chat.ts";
import { ApiError } from "./method.ts";
import type { Call, Method } from "./method.ts";

/** Messages for later; what is scheduled does not survive the sandbox's end. Times are on the virtual clock. */

function schedule(call: Call): JsonObject {
  const { workspace, args } = call;
  const channel = postTarget(call);
  mayPost(call, channel);
  const blocks = readBlocks(args);
  const sent = readText(args, blocks);
  const metadata = readMetadata(args);
  const thread = inThread(workspace, channel, text(args, "thread_ts"));
  const postAt = Number(text(args, "post_at"));
  const wait = postAt * 1_000 - workspace.clock.now();
  if (!Number.isInteger(postAt)) throw new ApiError("invalid_time");
  if (wait <= 0) throw new ApiError("time_in_past");
  if (wait > scheduleLimits.aheadMs) throw new ApiError("time_too_far");
  const near = workspace.scheduled.filter(
    (one) => one.channel === channel.id && Math.abs(one.postAt - postAt) * 1_000 < scheduleLimits.windowMs,
  );
  if (near.length >= scheduleLimits.perWindow) throw new ApiError("restricted_too_many");
  const one = { id: workspace.nextId("Q"), channel: channel.id, postAt, text: sent };
  workspace.scheduled.push(one);
  workspace.clock.after(wait, () => {
    const at = workspace.scheduled.indexOf(one);
    if (at === -1) return;
    workspace.scheduled.splice(at, 1);
    // Slack's own bug: a scheduled message with metadata is accepted and never posted.
    if (metadata === undefined && !channel.archived)
      workspace.addMessage(botMessage(workspace, { channel: channel.id, text: sent, blocks: blocks ?? [], ...thread }));
  });
  return { channel: channel.id, scheduled_message_id: one.id, post_at: postAt };
}

function unschedule({ workspace, args }: Call): JsonObject {
  const at = workspace.scheduled.findIndex(
    ({ id, channel }) => id === args["scheduled_message_id"] && channel === args["channel"],
  );
  if (at === -1) throw new ApiError("invalid_scheduled_message_id");
  workspace.scheduled.splice(at, 1);
  return {};
}

function list({ workspace, args }: Call): JsonObject {
  const channel = text(args, "channel");
  const all = workspace.scheduled.filter((one) => channel === undefined || one.channel === channel);
  const page = pageOf(all, ({ id }) => id, args, { usual: 100, max: 1_000 });
  const scheduled_messages = page.items.map((one) => ({
    id: one.id,
    channel_id: one.channel,
    post_at: one.postAt,
    text: one.text,
  }));
  return { scheduled_messages, response_metadata: page.metadata };
}

const scopes = ["chat:write"];

export const scheduledMethods: Record<string, Method> = {
  "chat.scheduleMessage": { scopes, tier: "tier3", required: ["channel", "post_at"], run: schedule },
  "chat.deleteScheduledMessage": {
    scopes,
    tier: "tier3",
    required: ["channel", "scheduled_message_id"],
    run: unschedule,
  },
  "chat.scheduledMessages.list": { tier: "tier3", run: list },
};
