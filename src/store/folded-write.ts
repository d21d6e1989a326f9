import type { AuditEntry } from "../core/audit-entry.ts";
import { PolicyError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { NoticeInsert } from "../core/notice.ts";
import type { RunState } from "../core/run.ts";
import type { Database } from "./client.ts";
import { foldedWriteSql, membersStandingSql } from "./folded-write-sql.ts";
import { isUnknownOutcome, sqlState } from "./sql-state.ts";

/** One transition of one run: everything in it is written, or nothing is. */
export interface RunWrite {
  readonly id: string;
  readonly owner: string;
  readonly epoch: number;
  /** The revision that was read; the write makes the next one. */
  readonly revision: number;
  readonly state: RunState;
  readonly reason: string | null;
  readonly data: JsonObject;
  readonly finished: boolean;
  /** Give the run back: it waits, or it is done. */
  readonly release: boolean;
  readonly auditSeq: number;
  readonly auditHead: string;
  readonly audit: readonly AuditEntry[];
  readonly attempts: readonly AttemptRow[];
  readonly intents: readonly IntentRow[];
  readonly notices: readonly NoticeInsert[];
  /** Messages to be shown anew. */
  readonly wants: readonly { readonly key: string; readonly priority: number; readonly delayMs: number }[];
  /** Signals that this transition has read. */
  readonly consumed: readonly string[];
  /** Wake this run again after so many milliseconds. */
  readonly wakeAfterMs: number | null;
  /** Give back the resources it has locked. */
  readonly unlock: boolean;
  readonly priority: number;
}

export interface AttemptRow {
  readonly runId: string;
  readonly node: string;
  readonly iteration: number;
  readonly n: number;
  readonly tenantId: string;
  readonly status: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly output: JsonObject | null;
  readonly error: JsonObject | null;
}

export interface IntentRow {
  readonly id: string;
  readonly tenantId: string;
  readonly key: string;
  readonly runId: string;
  readonly node: string;
  readonly epoch: number;
  readonly planDigest: string;
  readonly plan: JsonObject;
  readonly callTimeoutMs: number;
}

export type WriteOutcome = "won" | "fenced";

interface Waiting {
  readonly write: RunWrite;
  readonly settle: (outcome: WriteOutcome) => void;
  readonly fail: (error: unknown) => void;
}

/** How many members one statement carries at most. */
const batchSize = 200;
const flushers = 2;

/**
 * The fenced, folded write of DESIGN 5: transitions of different runs that are ready at the same moment go to the
 * database as one statement in one transaction; an idle engine flushes at once. Each caller is answered after its commit.
 */
export function createFoldedWrite(database: Database): (write: RunWrite) => Promise<WriteOutcome> {
  let queue: Waiting[] = [];
  let busy = 0;

  const pump = (): void => {
    while (busy < flushers && queue.length > 0) {
      const batch = takeBatch();
      busy++;
      void flush(database, batch)
        .then((locked) => (queue = [...locked, ...queue]))
        .finally(() => {
          busy--;
          pump();
        });
    }
  };

  /** One member a run: a second one of the same run waits for the next flush. */
  const takeBatch = (): Waiting[] => {
    const taken = new Map<string, Waiting>();
    const left: Waiting[] = [];
    for (const waiting of queue) {
      if (taken.size < batchSize && !taken.has(waiting.write.id)) taken.set(waiting.write.id, waiting);
      else left.push(waiting);
    }
    queue = left;
    return [...taken.values()];
  };

  return (write) =>
    new Promise((settle, fail) => {
      queue.push({ write, settle, fail });
      if (queue.length === 1) setImmediate(pump);
    });
}

/** Write a batch and settle its members. @returns those whose row was locked by somebody: they go with the next flush. */
async function flush(database: Database, batch: readonly Waiting[]): Promise<Waiting[]> {
  try {
    const won = await write(database, batch);
    for (const waiting of batch) if (won.has(waiting.write.id)) waiting.settle("won");
    return await standing(
      database,
      batch.filter(({ write: { id } }) => !won.has(id)),
    );
  } catch (error) {
    return afterError(database, batch, error);
  }
}

async function write(database: Database, batch: readonly Waiting[]): Promise<Set<string>> {
  const members = JSON.stringify(batch.map((waiting) => waiting.write));
  const rows = await database.$queryRawUnsafe<{ id: string }[]>(foldedWriteSql, members);
  return new Set(rows.map((row) => row.id));
}

/** The error table of DESIGN 5. */
async function afterError(database: Database, batch: readonly Waiting[], error: unknown): Promise<Waiting[]> {
  const state = sqlState(error) ?? "";
  if (["40001", "40P01", "55P03"].includes(state)) return [...batch];
  if (state.startsWith("53"))
    return failAll(
      batch,
      new PolicyError("store_unavailable", "the database has no room or connections left", { cause: error }),
    );
  if (isUnknownOutcome(error)) return standing(database, batch).catch(() => failAll(batch, error));
  if (/^2[23]/.test(state) && batch.length > 1) {
    const locked = await Promise.all(batch.map((waiting) => flush(database, [waiting])));
    return locked.flat();
  }
  return failAll(batch, error);
}

function failAll(batch: readonly Waiting[], error: unknown): [] {
  for (const waiting of batch) waiting.fail(error);
  return [];
}

/** Where members stand that did not come back: written after all, fenced off (dropped), or merely locked (again). */
async function standing(database: Database, members: readonly Waiting[]): Promise<Waiting[]> {
  if (members.length === 0) return [];
  const ids = members.map((waiting) => waiting.write.id);
  const rows = await database.$queryRawUnsafe<{ id: string; owner: string | null; epoch: number; revision: number }[]>(
    membersStandingSql,
    ids,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const again: Waiting[] = [];
  for (const waiting of members) {
    const { id, owner, epoch, revision, release } = waiting.write;
    const row = byId.get(id);
    const sameOwner = row?.owner === owner || (release && row?.owner === null);
    if (row?.epoch === epoch && row.revision === revision + 1 && sameOwner) waiting.settle("won");
    else if (row?.epoch === epoch && row.revision === revision && row.owner === owner) again.push(waiting);
    else waiting.settle("fenced");
  }
  return again;
}
