import { coerceError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Directory, Membership, Person, RoleBinding } from "../core/ports.ts";
import type { Groups } from "./groups.ts";
import type { Known, People } from "./people.ts";

/**
 * Roles → people, from Slack. Fails closed: a group that is not there or cannot be asked is "unreachable", never
 * "nobody" (A5), and accounts that may not act are left out.
 */
export function createDirectory(deps: {
  readonly people: People;
  readonly groups: Groups;
  readonly log: Log;
}): Directory {
  const { people, groups, log } = deps;

  const collect = async (role: RoleBinding, owner: string | undefined): Promise<Membership> => {
    const group = role.slackGroup === undefined ? undefined : await groups.find(role.slackGroup);
    if (role.slackGroup !== undefined && !group)
      return { status: "unreachable", reason: `Slack has no group ${role.slackGroup}` };
    const ids = [...(group?.userIds ?? []), ...(role.slackUsers ?? [])];
    const emails = [...(role.emails ?? []), ...(role.from !== undefined && owner !== undefined ? [owner] : [])];
    const found = await Promise.all([
      ...ids.map((id) => people.byId(id)),
      ...emails.map((email) => people.byEmail(email)),
    ]);
    return { status: "known", people: distinct(found), ...(group ? { slackGroupId: group.id } : {}) };
  };
  return {
    async members(_tenantId, role, context) {
      try {
        return await collect(role, context.owner);
      } catch (error) {
        const reason = coerceError(error).message;
        log.warn({ role: role.role, reason }, "the members of a role could not be read from Slack");
        return { status: "unreachable", reason };
      }
    },
    async isActive(person) {
      if (person.slackUserId === undefined) return false;
      try {
        return (await people.byId(person.slackUserId, 0)).status === "active";
      } catch (error) {
        log.warn({ reason: coerceError(error).message }, "a person could not be looked up in Slack");
        return false;
      }
    },
  };
}

/** Two accounts of one person are one person. */
function distinct(found: readonly (Known | undefined)[]): readonly Person[] {
  const byId = new Map<string, Person>();
  for (const known of found) if (known?.status === "active") byId.set(known.person.id, known.person);
  return [...byId.values()];
}
