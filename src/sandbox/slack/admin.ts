import type { SlackDriver } from "./driver.ts";
import { announce } from "./events.ts";
import { Refused } from "./refused.ts";
import type { Outgoing } from "./send.ts";
import type { Channel } from "./types.ts";
import type { Workspace } from "./workspace.ts";

type Administration = Pick<
  SlackDriver,
  | "editUser"
  | "editGroup"
  | "archiveChannel"
  | "removeBot"
  | "addBot"
  | "revokeToken"
  | "setScopes"
  | "uninstallApp"
  | "subscribe"
  | "subscriptions"
  | "rotateSigningSecret"
>;

/** What workspace administrators do. */
export function administer(outgoing: Outgoing): Administration {
  const { workspace } = outgoing;
  const { data, app } = workspace;
  const now = () => Math.floor(workspace.clock.wall() / 1_000);
  const changed = () => workspace.changed({ kind: "workspace" });
  return {
    editUser(id, patch) {
      const user = workspace.user(id);
      if (!user) throw new Refused(`there is no user ${id}`);
      Object.assign(user, patch);
      changed();
      announce(outgoing, id, { type: "user_change", user: { ...user }, cache_ts: now() });
    },
    editGroup(handle, userIds) {
      const group = workspace.group(handle);
      if (!group) throw new Refused(`there is no group @${handle}`);
      const before = group.users;
      group.users = [...userIds];
      changed();
      announce(outgoing, "", {
        type: "subteam_members_changed",
        subteam_id: group.id,
        team_id: data.team.id,
        date_previous_update: now() - 1,
        date_update: now(),
        added_users: userIds.filter((id) => !before.includes(id)),
        added_users_count: userIds.filter((id) => !before.includes(id)).length,
        removed_users: before.filter((id) => !userIds.includes(id)),
        removed_users_count: before.filter((id) => !userIds.includes(id)).length,
      });
    },
    archiveChannel(id, archived = true) {
      existing(workspace, id).archived = archived;
      changed();
      announce(outgoing, "", {
        type: archived ? "channel_archive" : "channel_unarchive",
        channel: id,
        user: "U0OWNER",
      });
    },
    removeBot(id) {
      const channel = existing(workspace, id);
      channel.members = channel.members.filter((member) => member !== app.botUserId);
      changed();
    },
    addBot(id) {
      const channel = existing(workspace, id);
      if (channel.members.includes(app.botUserId)) return;
      channel.members.push(app.botUserId);
      changed();
      announce(outgoing, app.botUserId, {
        type: "member_joined_channel",
        user: app.botUserId,
        channel: id,
        channel_type: channel.kind === "private" ? "G" : "C",
        team: data.team.id,
      });
    },
    revokeToken(revoked = true) {
      data.tokenRevoked = revoked;
      changed();
    },
    uninstallApp() {
      announce(outgoing, "", { type: "tokens_revoked", tokens: { oauth: [], bot: [app.botUserId] } });
      announce(outgoing, "", { type: "app_uninstalled" });
      data.tokenRevoked = true;
      changed();
    },
    subscribe(events) {
      data.events = [...events];
    },
    subscriptions: () => [...data.events],
    rotateSigningSecret() {
      data.previousSecret = data.signingSecret;
      data.signingSecret = workspace.random(16);
      changed();
      return data.signingSecret;
    },
    setScopes(scopes) {
      data.scopes = [...scopes];
      changed();
    },
  };
}

function existing(workspace: Workspace, id: string): Channel {
  const channel = workspace.channel(id);
  if (!channel) throw new Refused(`there is no channel ${id}`);
  return channel;
}
