import type { ApprovalState } from "../core/approval.ts";
import type { Database } from "./client.ts";

const included = { stages: { orderBy: { idx: "asc" } }, votes: { orderBy: { castAt: "asc" } } } as const;

/** Approvals whole, with stages and votes, in the order of `ids`. */
export async function readApprovals(database: Database, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const rows = await database.approval.findMany({ where: { id: { in: [...ids] } }, include: included });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

export type WholeApproval = Awaited<ReturnType<typeof readApprovals>>[number];

export interface ApprovalFilter {
  readonly tenantId: string;
  readonly state?: ApprovalState;
  readonly runId?: string;
  /** Asked to decide it, or has voted on it. */
  readonly personId?: string;
  /** At most this many, 50 unless told, 500 at most. */
  readonly limit?: number;
}

/** Ids of approvals, newest first. */
export async function findApprovalIds(database: Database, filter: ApprovalFilter): Promise<readonly string[]> {
  const limit = Math.max(1, Math.min(filter.limit ?? 50, 500));
  const { state = null, runId = null, personId = null } = filter;
  const rows = personId
    ? await database.$queryRaw<{ id: string }[]>`
        SELECT a.id FROM (SELECT approval_id FROM candidate WHERE person_id = ${personId}::uuid
          UNION SELECT approval_id FROM vote WHERE person_id = ${personId}::uuid) mine JOIN approval a ON a.id = mine.approval_id
        WHERE a.tenant_id = ${filter.tenantId} AND (${state}::text IS NULL OR a.state = ${state})
          AND (${runId}::uuid IS NULL OR a.run_id = ${runId}::uuid) ORDER BY a.created_at DESC, a.id DESC LIMIT ${limit}::int`
    : await database.$queryRaw<{ id: string }[]>`
        SELECT id FROM approval WHERE tenant_id = ${filter.tenantId} AND (${state}::text IS NULL OR state = ${state})
          AND (${runId}::uuid IS NULL OR run_id = ${runId}::uuid) ORDER BY created_at DESC, id DESC LIMIT ${limit}::int`;
  return rows.map((row) => row.id);
}

/**
 * What took the place of each of `approvals`: the next request of the same node, or, where nobody had decided, what was
 * asked again for it: that run's first request, or the run itself until it has one.
 */
export async function findSuccessors(
  database: Database,
  approvals: readonly Pick<WholeApproval, "id" | "runId" | "node" | "revision" | "state">[],
): Promise<ReadonlyMap<string, string>> {
  if (approvals.length === 0) return new Map();
  const rows = await database.approval.findMany({
    where: { OR: approvals.map(({ runId, node, revision }) => ({ runId, node, revision: revision + 1 })) },
    select: { id: true, runId: true, node: true, revision: true },
  });
  const before = new Map(approvals.map((each) => [`${each.runId} ${each.revision} ${each.node}`, each.id]));
  const next = rows.flatMap((row): [string, string][] => {
    const id = before.get(`${row.runId} ${row.revision - 1} ${row.node}`);
    return id === undefined ? [] : [[id, row.id]];
  });
  const expired = approvals.filter((approval) => approval.state === "expired");
  return new Map([...(await askedAgain(database, expired)), ...next]);
}

async function askedAgain(
  database: Database,
  expired: readonly { readonly id: string; readonly runId: string }[],
): Promise<[string, string][]> {
  if (expired.length === 0) return [];
  const rows = await database.$queryRaw<{ parent: string; successor: string }[]>`
    SELECT DISTINCT ON (r.parent_id) r.parent_id::text AS parent, coalesce(a.id, r.id)::text AS successor
    FROM run r LEFT JOIN approval a ON a.run_id = r.id
    WHERE r.parent_id = ANY(${expired.map((each) => each.runId)}::uuid[]) AND r.kind = 'workflow'
    ORDER BY r.parent_id, r.id, a.revision`;
  const successors = new Map(rows.map((row) => [row.parent, row.successor]));
  return expired.flatMap(({ id, runId }): [string, string][] => {
    const successor = successors.get(runId);
    return successor === undefined ? [] : [[id, successor]];
  });
}
