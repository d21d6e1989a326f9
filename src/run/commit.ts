import { extendChain } from "../audit/chain.ts";
import { newId } from "../core/identifiers.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import { isFinished } from "../core/run.ts";
import type { AttemptRow, RunWrite } from "../store/folded-write.ts";
import type { RunRow } from "../store/runs.ts";
import type { EngineParts } from "./engine.ts";
import type { Outcome, RunCore, RunData, RunEvent } from "./state.ts";

/** A run as pure code sees it. */
export function coreOf(row: RunRow, graph: RunCore["graph"]): RunCore {
  const { id, tenantId, kind, workflow, parentId, state, reason, epoch } = row;
  const data = row.data as unknown as RunData;
  return {
    id,
    tenantId,
    kind,
    workflow,
    state,
    epoch,
    graph,
    data,
    ...(parentId === null ? {} : { parentId }),
    ...(reason === null ? {} : { reason }),
  };
}

/**
 * Commit a transition through the folded write and give the row that now stands.
 * @returns undefined when the run was taken from us: whatever we meant to do, somebody else decides now.
 */
export async function commit(
  parts: EngineParts,
  row: RunRow,
  event: RunEvent,
  outcome: Outcome,
  release: boolean,
): Promise<RunRow | undefined> {
  const finished = isFinished(outcome.state);
  const subject = { tenantId: row.tenantId, subjectKind: "run" as const, subjectId: row.id };
  const chain = extendChain(subject, { seq: row.auditSeq, head: row.auditHead }, outcome.audit, new Date(event.at));
  const lets = release || finished;
  const write: RunWrite = {
    id: row.id,
    owner: parts.workerId,
    epoch: row.epoch,
    revision: row.revision,
    state: outcome.state,
    reason: outcome.reason ?? null,
    data: plain(outcome.data),
    finished,
    release: lets,
    auditSeq: chain.head.seq,
    auditHead: chain.head.head,
    audit: chain.entries,
    attempts: attemptRows(row, event, outcome),
    intents: intentRows(row, outcome),
    notices: outcome.notices.map((notice) => ({ ...notice, id: newId(), tenantId: row.tenantId })),
    wants: withoutInserted(outcome),
    consumed: outcome.consumed,
    wakeAfterMs: lets && !finished ? (outcome.wakeAfterMs ?? null) : null,
    unlock: finished || outcome.unlock === true,
    priority: row.priority,
  };
  if ((await parts.write(write)) === "fenced") return undefined;
  return {
    ...row,
    state: outcome.state,
    reason: outcome.reason ?? null,
    data: write.data,
    revision: row.revision + 1,
    owner: lets ? null : parts.workerId,
    finished,
    auditSeq: chain.head.seq,
    auditHead: chain.head.head,
  };
}

/** JSON as the database will give it back: no undefined, no prototypes. */
function plain(data: RunData): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(data));
  return isJsonObject(copy) ? copy : {};
}

/** A message inserted by this very statement is rendered from the newest state anyway. */
function withoutInserted(outcome: Outcome): Outcome["wants"] {
  const inserted = new Set(outcome.notices.map((notice) => notice.dedupeKey));
  return outcome.wants.filter((want) => !inserted.has(want.key));
}

/** One row per try of a node that an event tells of. */
function attemptRows(row: RunRow, event: RunEvent, outcome: Outcome): AttemptRow[] {
  if (!("node" in event) || event.type === "blocked") return [];
  const record = outcome.data.steps[event.node];
  if (!record || record.attempts === 0) return [];
  const startedAt = record.startedAt ?? event.at;
  const { output, error, finishedAt, status } = record;
  return [
    {
      runId: row.id,
      node: event.node,
      iteration: 0,
      n: record.attempts,
      tenantId: row.tenantId,
      status,
      startedAt,
      finishedAt: finishedAt ?? null,
      output: output ?? null,
      error: error ? { ...error } : null,
    },
  ];
}

function intentRows(row: RunRow, outcome: Outcome): RunWrite["intents"] {
  const { intent } = outcome;
  if (!intent) return [];
  const { id, key, node, planned, callTimeoutMs } = intent;
  const plan = JSON.parse(JSON.stringify(planned)) as JsonObject;
  return [
    {
      id,
      key,
      node,
      callTimeoutMs,
      plan,
      planDigest: planned.digest,
      tenantId: row.tenantId,
      runId: row.id,
      epoch: row.epoch,
    },
  ];
}
