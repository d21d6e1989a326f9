import { flag, text } from "../arguments.ts";
import { apiMessage, channelMessages, isReply, threadMessages } from "../messages.ts";
import { pageOf } from "../pages-of.ts";
import type { Channel, JsonObject, StoredMessage } from "../types.ts";
import { latest } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { ApiError } from "./method.ts";
import type { Call, Method } from "./method.ts";

/** conversations.*: channels, their members and their history. */

const read = ["channels:read", "groups:read", "im:read"];
const history = ["channels:history", "groups:history", "im:history"];
const channel = ["channel"];

/** A channel by id; private ones and other people's direct messages do not exist for the bot. */
export function visibleChannel(workspace: Workspace, id: string): Channel {
  const found = workspace.channel(id);
  if (!found || (found.kind !== "public" && !found.members.includes(workspace.app.botUserId)))
    throw new ApiError("channel_not_found");
  return found;
}

function wanted({ workspace, args }: Call): Channel {
  return visibleChannel(workspace, text(args, "channel") ?? "");
}

function shown(workspace: Workspace, found: Channel): JsonObject {
  const { id, name, kind, members, archived, ext_shared, created } = found;
  const { app } = workspace;
  const other = members.find((member) => member !== app.botUserId);
  if (kind === "im") return { id, created, is_im: true, is_archived: archived, user: other, is_open: true };
  return {
    id,
    name,
    name_normalized: name,
    created,
    is_channel: kind === "public",
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: kind === "private",
    is_archived: archived,
    is_general: name === "general",
    is_shared: ext_shared,
    is_ext_shared: ext_shared,
    is_org_shared: false,
    is_member: members.includes(app.botUserId),
    num_members: members.length,
    context_team_id: workspace.data.team.id,
    topic: { value: "", creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
  };
}

const typeNames: Record<Channel["kind"], string> = { public: "public_channel", private: "private_channel", im: "im" };

function list({ workspace, args }: Call): JsonObject {
  const types = (text(args, "types") ?? "public_channel").split(",").map((type) => type.trim());
  const visible = workspace.data.channels.filter(
    ({ kind, members, archived }) =>
      types.includes(typeNames[kind]) &&
      (kind === "public" || members.includes(workspace.app.botUserId)) &&
      !(archived && flag(args, "exclude_archived")),
  );
  const page = pageOf(visible, ({ id }) => id, args, { usual: 100, max: 1_000 });
  return { channels: page.items.map((found) => shown(workspace, found)), response_metadata: page.metadata };
}

function open({ workspace, args }: Call): JsonObject {
  const existing = text(args, "channel");
  if (existing !== undefined) return { channel: { id: visibleChannel(workspace, existing).id } };
  const users = (text(args, "users") ?? "").split(",").filter((id) => id !== "");
  if (users.length === 0) throw new ApiError("users_list_not_supplied");
  if (users.length > 1) throw new ApiError("method_not_supported_for_channel_type");
  const person = workspace.user(users[0]!);
  if (!person || person.is_bot) throw new ApiError("user_not_found");
  if (person.deleted) throw new ApiError("user_disabled");
  const opened = workspace.openDm(person.id);
  const again = opened.alreadyOpen ? { no_op: true, already_open: true } : {};
  return { ...again, channel: flag(args, "return_im") ? shown(workspace, opened.channel) : { id: opened.channel.id } };
}

function join(call: Call): JsonObject {
  const { workspace } = call;
  const found = wanted(call);
  if (found.kind !== "public") throw new ApiError("method_not_supported_for_channel_type");
  if (found.archived) throw new ApiError("is_archived");
  const already = found.members.includes(workspace.app.botUserId);
  if (!already) found.members.push(workspace.app.botUserId);
  workspace.changed({ kind: "workspace" });
  return { channel: shown(workspace, found), ...(already ? { warning: "already_in_channel" } : {}) };
}

function readable(call: Call): Channel {
  const found = wanted(call);
  if (!found.members.includes(call.workspace.app.botUserId)) throw new ApiError("not_in_channel");
  return found;
}

/** Messages within `oldest` and `latest`, which are left out themselves unless `inclusive`. */
function within(args: JsonObject): (message: StoredMessage) => boolean {
  const from = Number(text(args, "oldest") ?? 0);
  const to = Number(text(args, "latest") ?? Number.POSITIVE_INFINITY);
  const inclusive = flag(args, "inclusive");
  return ({ ts }) => (inclusive ? Number(ts) >= from && Number(ts) <= to : Number(ts) > from && Number(ts) < to);
}

function messagePage({ workspace, args }: Call, messages: StoredMessage[]): JsonObject {
  const page = pageOf(messages, ({ ts }) => ts, args, { usual: 100, max: 999 });
  const withMetadata = flag(args, "include_all_metadata");
  return {
    messages: page.items.map((message) => apiMessage(workspace, message, withMetadata)),
    has_more: page.hasMore,
    response_metadata: page.metadata,
  };
}

function readHistory(call: Call): JsonObject {
  const found = readable(call);
  const messages = channelMessages(call.workspace, found.id).filter(within(call.args)).reverse();
  return { ...messagePage(call, messages), pin_count: 0 };
}

function readReplies(call: Call): JsonObject {
  const found = readable(call);
  const record = call.workspace.message(found.id, text(call.args, "ts") ?? "");
  if (!record) throw new ApiError("thread_not_found");
  const root = latest(record).thread_ts ?? record.ts;
  const inRange = within(call.args);
  const thread = threadMessages(call.workspace, found.id, root);
  return messagePage(
    call,
    thread.filter((message) => !isReply(message) || inRange(message)),
  );
}

function members(call: Call): JsonObject {
  const page = pageOf(wanted(call).members, (id) => id, call.args, { usual: 100, max: 1_000 });
  return { members: page.items, response_metadata: page.metadata };
}

function info(call: Call): JsonObject {
  return { channel: shown(call.workspace, wanted(call)) };
}

export const conversationMethods: Record<string, Method> = {
  "conversations.info": { scopes: read, tier: "tier3", required: channel, run: info },
  "conversations.list": { scopes: read, tier: "tier2", run: list },
  "conversations.members": { scopes: read, tier: "tier4", required: channel, run: members },
  "conversations.open": { scopes: ["im:write"], tier: "tier3", run: open },
  "conversations.join": { scopes: ["channels:join"], tier: "tier3", required: channel, run: join },
  "conversations.history": { scopes: history, tier: "tier3", required: channel, run: readHistory },
  "conversations.replies": { scopes: history, tier: "tier3", required: ["channel", "ts"], run: readReplies },
};
