import { elementsOf, leaves } from "./blocks/validate.ts";
import type { Locator } from "./click.ts";
import type { SlackDriver } from "./driver.ts";
import { channelMessages, threadMessages } from "./messages.ts";
import { Refused } from "./refused.ts";
import type { Channel, JsonObject, StoredMessage, User } from "./types.ts";
import { stackOf } from "./views.ts";
import { latest } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** What a person can see. */

export interface LiveControl {
  channel: string;
  ts: string;
  label: string;
  actionId: string;
  blockId: string;
  value: string | undefined;
}

/** Reading messages, views and controls as they are now. */
export function sights(
  workspace: Workspace,
): Pick<SlackDriver, "messages" | "versions" | "views" | "home" | "liveControls"> {
  return {
    messages: (channel, { as, threadTs } = {}) =>
      seen(workspace, channel, as, threadTs).map((one) => structuredClone(one)),
    versions: (channel, ts) => structuredClone(workspace.record(channel, ts)?.versions ?? []),
    views: (userId) => structuredClone(stackOf(workspace, userId)),
    home: (userId) => structuredClone(workspace.data.homes[userId]),
    liveControls: (channel) => liveControls(workspace, channel),
  };
}

function seen(
  workspace: Workspace,
  channelId: string,
  as: string | undefined,
  threadTs: string | undefined,
): StoredMessage[] {
  const channel = workspace.channel(channelId);
  if (!channel) throw new Refused(`there is no channel ${channelId}`);
  const reader = as === undefined ? undefined : workspace.user(as);
  const guest = reader?.is_restricted === true || (reader && reader.team_id !== workspace.data.team.id);
  if (as !== undefined && (channel.kind !== "public" || guest) && !channel.members.includes(as)) return [];
  const stored =
    threadTs === undefined ? channelMessages(workspace, channelId) : threadMessages(workspace, channelId, threadTs);
  const own = workspace.data.ephemerals.filter(
    (one) => one.channel === channelId && one.ephemeral_for === as && one.thread_ts === threadTs,
  );
  return [...stored, ...(as === undefined ? [] : own)].sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

function liveControls(workspace: Workspace, channel: string | undefined): LiveControl[] {
  return workspace.data.messages
    .filter((record) => !record.deleted && (channel === undefined || record.channel === channel))
    .map(latest)
    .flatMap((message) =>
      leaves(message.blocks).flatMap((block) =>
        elementsOf(block)
          .filter(({ type }) => type !== "image")
          .map((element) => ({
            channel: message.channel,
            ts: message.ts,
            label: labelOf(element),
            actionId: String(element["action_id"]),
            blockId: block.block_id ?? "",
            value: typeof element["value"] === "string" ? element["value"] : undefined,
          })),
      ),
    );
}

function labelOf(element: JsonObject): string {
  const shown = (element["text"] ?? element["placeholder"]) as { text?: string } | undefined;
  return shown?.text ?? String(element["type"]);
}

/** Someone who can use Slack: known, a human, not deactivated. */
export function person(workspace: Workspace, userId: string): User {
  const user = workspace.user(userId);
  if (!user || user.is_bot) throw new Refused(`there is no person ${userId}`);
  if (user.deleted) throw new Refused(`${userId} is deactivated`);
  return user;
}

/** With a channel: that channel, which the person must be in. Without: the person. */
export function member(workspace: Workspace, userId: string): User;
export function member(workspace: Workspace, userId: string, channelId: string): Channel;
export function member(workspace: Workspace, userId: string, channelId?: string): User | Channel {
  const user = person(workspace, userId);
  if (channelId === undefined) return user;
  const channel = workspace.channel(channelId);
  if (!channel) throw new Refused(`there is no channel ${channelId}`);
  if (!channel.members.includes(userId)) throw new Refused(`${userId} is not a member of ${channelId}`);
  return channel;
}

/** The current version of a message this person can see and click in. */
export function findSeen(workspace: Workspace, userId: string, { channel, ts }: Locator): StoredMessage {
  person(workspace, userId);
  const ephemeral = workspace.data.ephemerals.find((one) => one.ts === ts && one.ephemeral_for === userId);
  const channels = channel === undefined ? workspace.data.channels.map(({ id }) => id) : [channel];
  const stored = channels.map((id) => workspace.message(id, ts)).find((record) => record !== undefined);
  const message = ephemeral ?? (stored && latest(stored));
  if (!message) throw new Refused(`${userId} sees no message ${ts}`);
  const where = member(workspace, userId, message.channel);
  if (where.archived) throw new Refused(`#${where.name} is archived`);
  return message;
}
