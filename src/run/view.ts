import type { RunKind, RunView, StepRecord } from "../core/run.ts";
import type { Transaction } from "../store/client.ts";
import { findPeople } from "../store/people.ts";
import { listRuns, readRun, readUndoRuns } from "../store/run-views.ts";
import type { RunRow } from "../store/runs.ts";
import type { RunState } from "../core/run.ts";
import type { RunData } from "./state.ts";

/** A run as cards, pages, the API and the command line show it, from the database and nothing else. */
export async function viewRun(transaction: Transaction, id: string): Promise<RunView | undefined> {
  const row = await readRun(transaction, id);
  return row ? (await withContext(transaction, [row]))[0] : undefined;
}

/** The newest runs of a tenant. */
export async function viewRuns(
  transaction: Transaction,
  filter: { readonly tenantId: string; readonly state?: RunState; readonly workflow?: string; readonly limit: number },
): Promise<readonly RunView[]> {
  return withContext(transaction, await listRuns(transaction, filter));
}

async function withContext(transaction: Transaction, rows: readonly RunRow[]): Promise<RunView[]> {
  const undo = await readUndoRuns(
    transaction,
    rows.map((row) => row.id),
  );
  const people = await findPeople(
    transaction,
    rows.flatMap((row) => (row.requesterPersonId ? [row.requesterPersonId] : [])),
  );
  return rows.map((row) =>
    toView(row, undo.get(row.id), row.requesterPersonId ? people.get(row.requesterPersonId)?.slackUserId : undefined),
  );
}

function toView(
  row: RunRow,
  undo: { readonly id: string; readonly state: RunState } | undefined,
  requesterSlackId: string | undefined,
): RunView {
  const data = row.data as unknown as RunData;
  const { subject } = data;
  const environment = data.facts["bucket_environment"] ?? data.facts["environment"];
  const rollbackPlan = data.plan[0]?.plan.rollbackPlan;
  return {
    id: row.id,
    tenantId: row.tenantId,
    kind: row.kind satisfies RunKind,
    workflow: row.workflow,
    workflowDigest: row.workflowDigest,
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.parentId === null ? {} : { parentRunId: row.parentId }),
    ...(undo ? { undoRunId: undo.id, undoState: undo.state } : {}),
    undoable: isUndoable(row, undo),
    ...(row.requesterPersonId === null ? {} : { requesterPersonId: row.requesterPersonId }),
    ...(requesterSlackId === undefined ? {} : { requesterSlackId }),
    title: subject.title,
    ...(subject.severity === undefined ? {} : { severity: subject.severity }),
    ...(data.impact === undefined ? {} : { impact: data.impact }),
    ...(subject.policyName === undefined ? {} : { policyName: subject.policyName }),
    ...(subject.resource === undefined ? {} : { resource: subject.resource }),
    ...(typeof environment === "string" ? { environment } : {}),
    steps: data.nodes.map(({ id, name, kind, action }) => data.steps[id] ?? pendingStep(id, name, kind, action)),
    plan: data.plan,
    ...(rollbackPlan === undefined ? {} : { rollbackPlan }),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt.toISOString() }),
    notes: [...data.because, ...data.notes],
  };
}

/** A node whose turn has not come. */
function pendingStep(node: string, name: string, kind: string, action: string | undefined): StepRecord {
  return { node, name, kind, status: "pending", attempts: 0, ...(action === undefined ? {} : { action }) };
}

/** Whether something this run changed can still be put back: succeeded, with a way back, and not undone or being undone. */
export function isUndoable(
  row: Pick<RunRow, "kind" | "state" | "data">,
  undo: { readonly state: RunState } | undefined,
): boolean {
  const data = row.data as unknown as RunData;
  const busy = undo !== undefined && !["denied", "expired", "cancelled", "failed"].includes(undo.state);
  const open = data.effects.filter((effect) => !effect.undone);
  const wayBack = open.every(
    (effect) => data.plan.find((planned) => planned.node === effect.node)?.plan.rollbackPlan.available ?? false,
  );
  return row.kind === "workflow" && row.state === "succeeded" && open.length > 0 && wayBack && !busy;
}
