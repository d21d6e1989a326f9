import { flag, text } from "../arguments.ts";
import { pageOf } from "../pages-of.ts";
import type { JsonObject, User } from "../types.ts";
import type { Workspace } from "../workspace.ts";
import { ApiError } from "./method.ts";
import type { Call, Method } from "./method.ts";

/** users.* and usergroups.*: who people are and which groups they are in. */

function shown(workspace: Workspace, user: User): JsonObject {
  const { email, title, real_name, ...rest } = user;
  const seesEmail = workspace.data.scopes.includes("users:read.email");
  const profile = {
    real_name,
    display_name: user.name,
    title,
    team: user.team_id,
    ...(seesEmail && email !== "" ? { email } : {}),
    ...(user.is_bot ? { bot_id: workspace.app.botId, api_app_id: workspace.app.id } : {}),
  };
  return { ...rest, real_name, profile, is_app_user: false, updated: 1_750_000_000, tz_offset: 3_600 };
}

function info({ workspace, args }: Call): JsonObject {
  const user = workspace.user(text(args, "user") ?? "");
  if (!user) throw new ApiError("user_not_found");
  if (!visible(workspace, user)) throw new ApiError("user_not_visible");
  return { user: shown(workspace, user) };
}

/** People of other organisations can be seen where a channel is shared with them. */
function visible({ data, app }: Workspace, { id, team_id }: User): boolean {
  const together = ({ members }: { members: string[] }) => members.includes(id) && members.includes(app.botUserId);
  return team_id === data.team.id || data.channels.some(together);
}

function list({ workspace, args }: Call): JsonObject {
  const page = pageOf(workspace.data.users, ({ id }) => id, args, { usual: 1_000, max: 1_000 });
  const members = page.items.map((user) => shown(workspace, user));
  return { members, cache_ts: Math.floor(workspace.clock.wall() / 1_000), response_metadata: page.metadata };
}

function lookupByEmail({ workspace, args }: Call): JsonObject {
  const email = text(args, "email")?.toLowerCase();
  const user = workspace.data.users.find(
    (one) =>
      !one.deleted && one.team_id === workspace.data.team.id && one.email !== "" && one.email.toLowerCase() === email,
  );
  if (!user) throw new ApiError("users_not_found");
  return { user: shown(workspace, user) };
}

function groups({ workspace, args }: Call): JsonObject {
  const { data, app } = workspace;
  if (!data.settings.userGroups) throw new ApiError("plan_upgrade_required");
  const usergroups = data.groups.map(({ id, handle, name, users }) => ({
    id,
    team_id: data.team.id,
    is_usergroup: true,
    is_subteam: true,
    name,
    description: "",
    handle,
    is_external: false,
    date_create: 1_750_000_000,
    date_update: 1_750_000_000,
    date_delete: 0,
    auto_type: null,
    created_by: app.botUserId,
    ...(flag(args, "include_users") ? { users } : {}),
    user_count: users.length,
  }));
  return { usergroups };
}

function groupUsers({ workspace, args }: Call): JsonObject {
  if (!workspace.data.settings.userGroups) throw new ApiError("plan_upgrade_required");
  const group = workspace.data.groups.find(({ id }) => id === text(args, "usergroup"));
  if (!group) throw new ApiError("no_such_subteam");
  const active = group.users.filter((id) => workspace.user(id)?.deleted !== true);
  return { users: flag(args, "include_disabled") ? group.users : active };
}

const byEmail = ["users:read.email"];

export const userMethods: Record<string, Method> = {
  "users.info": { scopes: ["users:read"], tier: "tier4", required: ["user"], run: info },
  "users.list": { scopes: ["users:read"], tier: "tier2", run: list },
  "users.lookupByEmail": { scopes: byEmail, tier: "tier3", required: ["email"], run: lookupByEmail },
  "usergroups.list": { scopes: ["usergroups:read"], tier: "tier2", run: groups },
  "usergroups.users.list": { scopes: ["usergroups:read"], tier: "tier2", required: ["usergroup"], run: groupUsers },
};
