import type { SlackDriver } from "./driver.ts";
import { Refused } from "./refused.ts";
import type { Channel } from "./types.ts";
import type { Workspace } from "./workspace.ts";

type Administration = Pick<
  SlackDriver,
  "editUser" | "editGroup" | "archiveChannel" | "removeBot" | "addBot" | "revokeToken" | "setScopes"
>;

/** What workspace administrators do. */
export function administer(workspace: Workspace): Administration {
  const { data, app } = workspace;
  const changed = () => workspace.changed({ kind: "workspace" });
  return {
    editUser(id, patch) {
      const user = workspace.user(id);
      if (!user) throw new Refused(`there is no user ${id}`);
      Object.assign(user, patch);
      changed();
    },
    editGroup(handle, userIds) {
      const group = workspace.group(handle);
      if (!group) throw new Refused(`there is no group @${handle}`);
      group.users = [...userIds];
      changed();
    },
    archiveChannel(id, archived = true) {
      existing(workspace, id).archived = archived;
      changed();
    },
    removeBot(id) {
      const channel = existing(workspace, id);
      channel.members = channel.members.filter((member) => member !== app.botUserId);
      changed();
    },
    addBot(id) {
      const channel = existing(workspace, id);
      if (!channel.members.includes(app.botUserId)) channel.members.push(app.botUserId);
      changed();
    },
    revokeToken(revoked = true) {
      data.tokenRevoked = revoked;
      changed();
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
