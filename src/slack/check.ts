import { coerceError } from "../core/errors.ts";
import type { Channels } from "./channels.ts";
import { failureOf } from "./failures.ts";
import type { Groups } from "./groups.ts";
import type { Self } from "./self.ts";

/** What the bot needs; `manifest.json` asks for exactly these. */
export const requiredScopes = [
  "chat:write",
  "commands",
  "users:read",
  "users:read.email",
  "usergroups:read",
  "channels:read",
  "groups:read",
  "channels:history",
  "groups:history",
  "metadata.message:read",
  "im:write",
] as const;

export interface Expected {
  readonly channels: readonly string[];
  /** Handles that `approvers:` documents name. */
  readonly groups: readonly string[];
}

/** What stands in the way of the bot's work in Slack, one line each, with what to do about it. */
export async function findProblems(
  deps: { self(): Promise<Self>; readonly channels: Channels; readonly groups: Groups },
  expected: Expected,
): Promise<string[]> {
  let self: Self;
  try {
    self = await deps.self();
  } catch (error) {
    return [`Slack refuses the bot (${reasonOf(error)}): check SLACK_BOT_TOKEN and the network`];
  }
  const missing = requiredScopes.filter((scope) => self.scopes.length > 0 && !self.scopes.includes(scope));
  const scopes = missing.map((scope) => `scope ${scope} is missing: add it to the app and install it again`);
  deps.channels.forget();
  const channels = await Promise.all(expected.channels.map((name) => channelProblem(deps.channels, name)));
  const groups = await Promise.all(expected.groups.map((handle) => groupProblem(deps.groups, handle)));
  return [...scopes, ...channels, ...groups].filter((problem) => problem !== undefined);
}

async function channelProblem(channels: Channels, name: string): Promise<string | undefined> {
  try {
    const channel = await channels.find(name);
    if (!channel) return `channel ${name} does not exist, or is private and the bot was not invited`;
    if (channel.isArchived) return `channel ${name} is archived`;
    if (channel.isExternal) return `channel ${name} is shared with other organisations: nothing is posted there`;
    if (!channel.isMember) return `the bot is not in ${name}: write "/invite @PolicyCortex" there`;
    return undefined;
  } catch (error) {
    return `channel ${name} could not be checked (${reasonOf(error)})`;
  }
}

async function groupProblem(groups: Groups, handle: string): Promise<string | undefined> {
  try {
    const group = await groups.find(handle);
    if (!group) return `user group ${handle} does not exist: nobody can approve for it`;
    return group.userIds.length === 0 ? `user group ${handle} is empty: nobody can approve for it` : undefined;
  } catch (error) {
    return `user group ${handle} could not be read (${reasonOf(error)})`;
  }
}

function reasonOf(error: unknown): string {
  const { code } = failureOf(error);
  return code === "" ? coerceError(error).message : code;
}
