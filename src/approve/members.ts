import { coerceError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { isLevel, levelRank } from "../core/level.ts";
import type { Directory, Membership, RoleBinding } from "../core/ports.ts";
import type { ApprovalRow, StageRole, StageRow } from "../store/approvals.ts";
import type { Situation } from "./decide.ts";
import type { SeatRole } from "./seats.ts";

/** What the directory says of each role, by role name. */
export type Members = ReadonlyMap<string, Membership>;

/** Ask the directory for several roles at once. A directory that throws is an unreachable one, never an empty one. */
export async function askDirectory(
  directory: Directory,
  subject: { readonly tenantId: string; readonly owner?: string | null | undefined },
  roles: readonly RoleBinding[],
): Promise<Members> {
  const byName = new Map(roles.map((role) => [role.role, role]));
  const context = subject.owner ? { owner: subject.owner } : {};
  const answers = [...byName].map(async ([name, role]): Promise<[string, Membership]> => {
    try {
      return [name, await directory.members(subject.tenantId, bindingOf(role), context)];
    } catch (error) {
      return [name, { status: "unreachable", reason: coerceError(error).message }];
    }
  });
  return new Map(await Promise.all(answers));
}

/** The people of a role; nobody when the directory could not say. */
export function peopleOf(members: Members, role: string): readonly string[] {
  const membership = members.get(role);
  return membership?.status === "known" ? membership.people.map((person) => person.id) : [];
}

/** A role as a seat knows it, with today's members. */
function seatRole(role: RoleBinding & { readonly escalated?: boolean }, members: Members): SeatRole {
  return {
    role: role.role,
    people: peopleOf(members, role.role),
    reachable: members.get(role.role)?.status === "known",
    ...(role.from === undefined ? {} : { from: true }),
    ...(role.escalated ? { escalated: true } : {}),
  };
}

/** A role as the stage row keeps it: its binding, and whom the directory named for mentions. */
export function stageRole(role: RoleBinding, members: Members, extra: Partial<StageRole> = {}): StageRole {
  const membership = members.get(role.role);
  const known = membership?.status === "known" ? membership : undefined;
  const slackUserIds = known?.people.flatMap((person) => (person.slackUserId ? [person.slackUserId] : [])) ?? [];
  return {
    ...role,
    ...(known?.slackGroupId ? { slackGroupId: known.slackGroupId } : {}),
    slackUserIds,
    reached: (known?.people.length ?? 0) > 0,
    ...extra,
  };
}

/** An unknown impact counts as high (DESIGN 7.3). */
function isHighImpact(impact: string): boolean {
  return !isLevel(impact) || levelRank(impact) >= levelRank("HIGH");
}

export function stageSeats(stage: Pick<StageRow, "required" | "roles">, impact: string, members: Members) {
  return {
    required: stage.required,
    highImpact: isHighImpact(impact),
    seats: stage.roles.map((role) => seatRole(role, members)),
  };
}

/** The approval as the pure rules see it. */
export function situationOf(row: ApprovalRow, members: Members): Situation {
  return {
    state: row.state,
    requesterId: row.requesterPersonId ?? undefined,
    stages: row.stages.map((stage) => ({ ...stageSeats(stage, row.impact, members), state: stage.state })),
    votes: row.votes,
  };
}

/** Who held each role at this moment, for the audit (L6). */
export function membershipRecord(roles: readonly RoleBinding[], members: Members): readonly JsonObject[] {
  return roles.map(({ role }) => {
    const membership = members.get(role);
    return membership?.status === "known"
      ? { role, status: "known", people: membership.people.map((person) => person.id) }
      : { role, status: "unreachable", reason: membership?.reason ?? "not asked" };
  });
}

/** Only the binding: what the stage row keeps beside it is not the directory's business. */
function bindingOf({ role, slackGroup, slackUsers, emails, from }: RoleBinding): RoleBinding {
  return {
    role,
    ...(slackGroup === undefined ? {} : { slackGroup }),
    ...(slackUsers === undefined ? {} : { slackUsers }),
    ...(emails === undefined ? {} : { emails }),
    ...(from === undefined ? {} : { from }),
  };
}
