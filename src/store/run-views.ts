import type { RunState } from "../core/run.ts";
import type { Transaction } from "./client.ts";
import type { RunRow } from "./runs.ts";

const columns = {
  id: true,
  tenantId: true,
  kind: true,
  workflow: true,
  workflowDigest: true,
  eventId: true,
  parentId: true,
  requesterPersonId: true,
  state: true,
  reason: true,
  data: true,
  revision: true,
  owner: true,
  epoch: true,
  priority: true,
  finished: true,
  auditSeq: true,
  auditHead: true,
  createdAt: true,
  updatedAt: true,
  finishedAt: true,
} as const;

/** One run, or undefined. */
export async function readRun(transaction: Transaction, id: string): Promise<RunRow | undefined> {
  const row = await transaction.run.findUnique({ where: { id }, select: columns });
  return row ? (row as unknown as RunRow) : undefined;
}

/** Newest first, at most `limit`. */
export async function listRuns(
  transaction: Transaction,
  filter: { readonly tenantId: string; readonly state?: RunState; readonly workflow?: string; readonly limit: number },
): Promise<readonly RunRow[]> {
  const { tenantId, state, workflow } = filter;
  const where = {
    tenantId,
    ...(state === undefined ? {} : { state }),
    ...(workflow === undefined ? {} : { workflow }),
  };
  const rows = await transaction.run.findMany({
    where,
    select: columns,
    orderBy: { createdAt: "desc" },
    take: filter.limit,
  });
  return rows as unknown as RunRow[];
}

/** The undo runs of several runs: parent → newest undo. */
export async function readUndoRuns(
  transaction: Transaction,
  parentIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly id: string; readonly state: RunState }>> {
  if (parentIds.length === 0) return new Map();
  const rows = await transaction.run.findMany({
    where: { parentId: { in: [...parentIds] }, kind: "undo" },
    select: { id: true, parentId: true, state: true },
    orderBy: { createdAt: "asc" },
  });
  return new Map(rows.map((row) => [row.parentId!, { id: row.id, state: row.state as RunState }]));
}

/** Runs that an event started or joined. */
export async function runsOfEvent(transaction: Transaction, eventId: string): Promise<readonly string[]> {
  const rows = await transaction.run.findMany({
    where: { eventId, kind: "workflow" },
    select: { id: true },
    orderBy: { createdAt: "asc" },
  });
  return rows.map((row) => row.id);
}
