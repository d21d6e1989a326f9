import { systemClock } from "../../src/core/clock.ts";
import { newId } from "../../src/core/identifiers.ts";
import type { ApprovalRequest, Directory, Membership, Person, RoleBinding } from "../../src/core/ports.ts";
import { createApprovals, type ApprovalService } from "../../src/approve/approvals.ts";
import type { Database, Store } from "../../src/store/client.ts";

/** A directory that tests change at will; roles are looked up by name. */
export class FakeDirectory implements Directory {
  readonly roles = new Map<string, readonly Person[]>();
  readonly unreachable = new Set<string>();
  readonly inactive = new Set<string>();
  asked = 0;

  async members(_tenantId: string, role: RoleBinding): Promise<Membership> {
    this.asked++;
    if (this.unreachable.has(role.role)) return { status: "unreachable", reason: "no answer" };
    return { status: "known", people: this.roles.get(role.role) ?? [], slackGroupId: `S0${role.role.toUpperCase()}` };
  }
  async isActive(person: Person): Promise<boolean> {
    return !this.inactive.has(person.id);
  }
}

export function person(name: string, tenantId = "default"): Person {
  return { id: newId(), tenantId, displayName: name, slackUserId: `U0${name.toUpperCase()}`, slackTeamId: "T0" };
}

/** Rows for people, so that views and authority checks can name them. */
export async function insertPeople(database: Database, people: readonly Person[]): Promise<void> {
  await database.person.createMany({
    data: people.map(({ id, tenantId, displayName }) => ({ id, tenantId, key: `test:${id}`, displayName })),
  });
}

export const role = (name: string, extra: Partial<RoleBinding> = {}): RoleBinding => ({ role: name, ...extra });

/** A request for one approval by `security_team`, five minutes, unless told otherwise. */
export function requestOf(extra: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    tenantId: "default",
    runId: newId(),
    nodeId: "approval",
    revision: 1,
    planDigest: "d".repeat(64),
    plan: [],
    impact: "MEDIUM",
    stages: [{ name: "approval", roles: [role("security_team")], requiredApprovals: 1 }],
    timeoutMs: 300_000,
    card: { title: "Public bucket acme-logs" },
    expiryRoles: [role("ciso")],
    ...extra,
  };
}

export const oneStage = (requiredApprovals: number, ...roles: (string | RoleBinding)[]) => ({
  stages: [
    {
      name: "approval",
      requiredApprovals,
      roles: roles.map((each) => (typeof each === "string" ? role(each) : each)),
    },
  ],
});

export function approvalsOf(store: Store, directory: Directory): ApprovalService {
  return createApprovals({ store, directory, clock: systemClock });
}

/** Time passes for one approval: every due column moves back. */
export async function elapse(database: Database, approvalId: string, milliseconds: number): Promise<void> {
  await database.$executeRaw`
    UPDATE approval SET created_at = created_at - ${milliseconds}::float8 * interval '1 millisecond',
      expires_at = expires_at - ${milliseconds}::float8 * interval '1 millisecond',
      escalate_at = escalate_at - ${milliseconds}::float8 * interval '1 millisecond' WHERE id = ${approvalId}::uuid`;
}

export async function auditOf(database: Database, approvalId: string) {
  return database.auditEntry.findMany({
    where: { subjectKind: "approval", subjectId: approvalId },
    orderBy: { seq: "asc" },
  });
}
