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

/** The next request of the same node for each of `approvals`, when there is one: what took its place. */
export async function findSuccessors(
  database: Database,
  approvals: readonly Pick<WholeApproval, "id" | "runId" | "node" | "revision">[],
): Promise<ReadonlyMap<string, string>> {
  if (approvals.length === 0) return new Map();
  const rows = await database.approval.findMany({
    where: { OR: approvals.map(({ runId, node, revision }) => ({ runId, node, revision: revision + 1 })) },
    select: { id: true, runId: true, node: true, revision: true },
  });
  const before = new Map(approvals.map((each) => [`${each.runId} ${each.revision} ${each.node}`, each.id]));
  return new Map(
    rows.flatMap((row): [string, string][] => {
      const id = before.get(`${row.runId} ${row.revision - 1} ${row.node}`);
      return id === undefined ? [] : [[id, row.id]];
    }),
  );
}
