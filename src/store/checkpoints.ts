import type { Database, Transaction } from "./client.ts";

export interface CheckpointRow {
  readonly seq: number;
  readonly prev: string;
  /** Transactions from this one … */
  readonly fromXid: bigint;
  /** … to before this one. */
  readonly toXid: bigint;
  readonly entries: number;
  readonly root: string;
  readonly hash: string;
  readonly signature: string;
  readonly at: Date;
}

/** Any constant: every sealer of every version takes the same lock. */
const sealLock = 7_204_114_002;

/** One sealer at a time in the whole installation, until the transaction ends. */
export async function lockSealing(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${sealLock}::bigint)`;
}

export async function lastCheckpoint(transaction: Transaction): Promise<CheckpointRow | undefined> {
  return (await transaction.auditCheckpoint.findFirst({ orderBy: { seq: "desc" } })) ?? undefined;
}

/** Up to `limit` checkpoints after one, in order. */
export async function checkpointsAfter(
  transaction: Transaction,
  seq: number,
  limit: number,
): Promise<readonly CheckpointRow[]> {
  return transaction.auditCheckpoint.findMany({ where: { seq: { gt: seq } }, orderBy: { seq: "asc" }, take: limit });
}

export async function insertCheckpoint(transaction: Transaction, row: CheckpointRow): Promise<void> {
  await transaction.auditCheckpoint.create({ data: row });
}

/** The transaction id the server will give next (everything it ever gave is below), and its time in whole milliseconds. */
export async function readEdge(transaction: Transaction): Promise<{ readonly nextXid: bigint; readonly now: Date }> {
  const rows = await transaction.$queryRaw<{ nextXid: bigint; now: Date }[]>`
    SELECT (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint AS "nextXid", date_trunc('milliseconds', clock_timestamp()) AS now`;
  return rows[0]!;
}

/** An entry that names a transaction the server has not given yet: nobody writes such a one honestly. */
export async function findFutureEntry(
  database: Database,
): Promise<{ readonly subjectKind: string; readonly subjectId: string; readonly seq: number } | undefined> {
  const rows = await database.$queryRaw<{ subjectKind: string; subjectId: string; seq: number }[]>`
    SELECT subject_kind AS "subjectKind", subject_id AS "subjectId", seq FROM audit_entry
    WHERE xid >= (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint LIMIT 1`;
  return rows[0];
}

/**
 * Hashes of entries from `fromXid` on whose transactions are all finished, so that nothing can still appear between them:
 * below the snapshot's xmin every transaction has committed or is gone. About `limit`, cut between transactions.
 */
export async function sealableHashes(
  transaction: Transaction,
  fromXid: bigint,
  limit: number,
): Promise<{ readonly toXid: bigint; readonly hashes: readonly string[] }> {
  const rows = await transaction.$queryRaw<{ toXid: bigint; hashes: string[] | null }[]>`
    WITH edge AS MATERIALIZED (SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint AS xmin),
      cut AS MATERIALIZED (SELECT least(edge.xmin, greatest(
          (SELECT xid FROM audit_entry WHERE xid >= ${fromXid} AND xid < edge.xmin ORDER BY xid OFFSET ${limit}::int LIMIT 1),
          (SELECT min(xid) + 1 FROM audit_entry WHERE xid >= ${fromXid} AND xid < edge.xmin
            AND (SELECT count(*) FROM (SELECT 1 FROM audit_entry WHERE xid >= ${fromXid} AND xid < edge.xmin LIMIT ${limit + 1}::int) n) > ${limit}::int)
        )) AS xid FROM edge)
    SELECT cut.xid AS "toXid", (SELECT jsonb_agg(hash ORDER BY xid, subject_kind COLLATE "C", subject_id COLLATE "C", seq)
      FROM audit_entry WHERE xid >= ${fromXid} AND xid < cut.xid) AS hashes FROM cut`;
  return { toXid: rows[0]!.toXid, hashes: rows[0]!.hashes ?? [] };
}

/** Hashes with their transactions in a range, in the order of the Merkle leaves. */
export async function hashesBetween(
  database: Database,
  fromXid: bigint,
  toXid: bigint,
): Promise<readonly { readonly xid: bigint; readonly hash: string }[]> {
  return database.$queryRaw<{ xid: bigint; hash: string }[]>`
    SELECT xid, hash FROM audit_entry WHERE xid >= ${fromXid} AND xid < ${toXid}
    ORDER BY xid, subject_kind COLLATE "C", subject_id COLLATE "C", seq`;
}
