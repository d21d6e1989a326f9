import { announce } from "./events.ts";
import { Refused } from "./refused.ts";
import type { Outgoing } from "./send.ts";
import type { Channel, Restriction, Settings, User } from "./types.ts";

/** Who and what is in the workspace, and what its administrators allow. */
export interface Office {
  /** A person; name an own `team_id` for somebody of another organisation. */
  addUser(user: Pick<User, "id"> & Partial<User>): void;
  addChannel(channel: Pick<Channel, "id" | "members"> & Partial<Channel>): void;
  joinChannel(userId: string, channel: string): void;
  leaveChannel(userId: string, channel: string): void;
  /** Shares a channel with another organisation: the bot gets `channel_shared` or `channel_unshared`. */
  shareChannel(channel: string, shared?: boolean): void;
  /** Who may post; undefined lifts the restriction. */
  restrictChannel(channel: string, restriction: Restriction | undefined): void;
  /** Home and Messages tab, editing, uploads, user groups. */
  setSettings(settings: Partial<Settings>): void;
}

/** Changes to people, channels and settings. */
export function office(outgoing: Outgoing): Office {
  const { workspace } = outgoing;
  const { data } = workspace;
  const changed = () => workspace.changed({ kind: "workspace" });
  const existing = (id: string) => {
    const channel = workspace.channel(id);
    if (!channel) throw new Refused(`there is no channel ${id}`);
    return channel;
  };
  return {
    addUser(user) {
      if (workspace.user(user.id)) throw new Refused(`there is already a user ${user.id}`);
      data.users.push({ ...unremarkable(user.id, data.team.id), ...user });
      changed();
    },
    addChannel(channel) {
      if (workspace.channel(channel.id)) throw new Refused(`there is already a channel ${channel.id}`);
      const created = Math.floor(workspace.clock.wall() / 1_000);
      const usual = { name: channel.id.toLowerCase(), kind: "public" as const, archived: false, ext_shared: false };
      data.channels.push({ ...usual, created, ...channel });
      changed();
    },
    joinChannel(userId, id) {
      const channel = existing(id);
      if (channel.members.includes(userId)) return;
      channel.members.push(userId);
      changed();
      const team = workspace.user(userId)?.team_id ?? data.team.id;
      const kind = channel.kind === "private" ? "G" : "C";
      announce(outgoing, userId, {
        type: "member_joined_channel",
        user: userId,
        channel: id,
        channel_type: kind,
        team,
      });
    },
    leaveChannel(userId, id) {
      const channel = existing(id);
      channel.members = channel.members.filter((member) => member !== userId);
      changed();
    },
    shareChannel(id, shared = true) {
      existing(id).ext_shared = shared;
      changed();
      announce(outgoing, "", {
        type: shared ? "channel_shared" : "channel_unshared",
        channel: id,
        is_ext_shared: shared,
      });
    },
    restrictChannel(id, restriction) {
      const channel = existing(id);
      if (restriction === undefined) delete channel.restriction;
      else channel.restriction = restriction;
      changed();
    },
    setSettings(settings) {
      Object.assign(data.settings, settings);
      changed();
    },
  };
}

function unremarkable(id: string, team_id: string): User {
  const name = id.toLowerCase();
  const flags = { deleted: false, is_bot: false, is_restricted: false, is_ultra_restricted: false, is_stranger: false };
  return { id, name, real_name: name, title: "", email: `${name}@example.com`, tz: "Europe/Berlin", team_id, ...flags };
}
