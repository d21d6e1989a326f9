import type { NoticeKind } from "../core/notice.ts";
import type { JsonObject } from "../core/json.ts";
import type { Transaction } from "./client.ts";
import { addJob } from "./jobs.ts";

/** A notice while one worker holds it. */
export interface HeldNotice {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: NoticeKind;
  readonly subjectKind: "run" | "approval" | "none";
  readonly subjectId: string;
  readonly dedupeKey: string;
  readonly channel: string | null;
  readonly threadOf: string | null;
  readonly payload: JsonObject;
  readonly priority: number;
  readonly wanted: number;
  readonly shown: number;
  readonly failures: number;
  /** When a first post was tried whose outcome nobody has seen yet, in milliseconds since the epoch. */
  readonly postingAtMs: number | null;
  readonly channelId: string | null;
  readonly ts: string | null;
  /** Proof of holding it: the lease's exact end. */
  readonly lease: string;
}

/** How long a worker may hold a notice; every send must have ended well before. */
export const leaseMs = 30_000;

/**
 * Hold a notice that has something to show, so that one send is in flight per message.
 * @returns the row, `busy` with the milliseconds its holder may still need, or nothing when there is nothing to do.
 */
export async function claimNotice(
  transaction: Transaction,
  id: string,
): Promise<{ readonly held: HeldNotice } | { readonly busyMs: number } | undefined> {
  // A dead notice has shown = wanted: only a new demand opens it again, so each demand is one more try, never a loop.
  const rows = await transaction.$queryRaw<HeldNotice[]>`
    UPDATE notice SET lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1_000}::float8), state = 'open'
    WHERE id = ${id}::uuid AND wanted > shown AND (lease_until IS NULL OR lease_until < clock_timestamp())
    RETURNING id, tenant_id AS "tenantId", kind, subject_kind AS "subjectKind", subject_id AS "subjectId", dedupe_key AS "dedupeKey",
      channel, thread_of AS "threadOf", payload, priority, wanted, shown, failures,
      (extract(epoch FROM posting_at) * 1000)::float8 AS "postingAtMs", channel_id AS "channelId", ts, lease_until::text AS lease`;
  if (rows[0]) return { held: rows[0] };
  // Whatever is wanted and was not ours to hold is busy: a hold that ends just now must not pass for nothing to do.
  const busy = await transaction.$queryRaw<{ wait: number }[]>`
    SELECT greatest(0, coalesce(extract(epoch FROM lease_until - clock_timestamp()), 0))::float8 AS wait FROM notice
    WHERE id = ${id}::uuid AND wanted > shown`;
  return busy[0] ? { busyMs: Math.ceil(busy[0].wait * 1_000) } : undefined;
}

/** Stand before a first post: from here on an attempt that ends unclearly is read back, never repeated blindly. */
export async function beginPosting(transaction: Transaction, held: HeldNotice, channelId: string): Promise<boolean> {
  const changed = await transaction.$executeRaw`
    UPDATE notice SET posting_at = coalesce(posting_at, clock_timestamp()), channel_id = ${channelId}
    WHERE id = ${held.id}::uuid AND lease_until = ${held.lease}::timestamptz`;
  return changed === 1;
}

/**
 * What people see now; ends the hold. A message that has just got its place lets its thread's waiting replies go.
 * @returns whether more is wanted meanwhile; false also when the hold was lost, since its new holder looks for itself.
 */
export async function noticeShown(
  transaction: Transaction,
  held: HeldNotice,
  at: { readonly teamId: string; readonly channelId: string; readonly ts: string },
): Promise<boolean> {
  const rows = await transaction.$queryRaw<{ more: boolean }[]>`
    UPDATE notice SET shown = greatest(shown, ${held.wanted}::int), failures = 0, last_error = NULL, posting_at = NULL, lease_until = NULL,
      team_id = ${at.teamId}, channel_id = ${at.channelId}, ts = ${at.ts}, updated_at = now()
    WHERE id = ${held.id}::uuid AND lease_until = ${held.lease}::timestamptz RETURNING wanted > shown AS more`;
  if (held.ts === null && rows[0]) await wakeNextReply(transaction, held);
  return rows[0]?.more ?? false;
}

/** Let the oldest waiting reply of this message's thread go; each wakes the next, so that they keep their order. */
async function wakeNextReply(transaction: Transaction, told: HeldNotice): Promise<void> {
  const subjects = await subjectsAround(transaction, told);
  const replies = await transaction.$queryRaw<{ id: string; priority: number }[]>`
    SELECT id, priority FROM notice WHERE subject_id = ANY(${subjects}) AND thread_of = ${told.threadOf ?? told.dedupeKey}
      AND ts IS NULL AND state = 'open' AND id <> ${told.id}::uuid ORDER BY id LIMIT 1`;
  if (replies[0]) await addJob(transaction, { task: "notice", id: replies[0].id, priority: replies[0].priority });
}

/** The run and its approvals: the subjects that share a thread, since notices are indexed by subject. */
async function subjectsAround(transaction: Transaction, notice: HeldNotice): Promise<string[]> {
  if (notice.subjectKind === "none") return [notice.subjectId];
  const rows =
    notice.subjectKind === "run"
      ? await transaction.$queryRaw<
          { id: string }[]
        >`SELECT id::text FROM approval WHERE run_id = ${notice.subjectId}::uuid`
      : await transaction.$queryRaw<{ id: string }[]>`
          SELECT unnest(ARRAY[o.id, o.run_id])::text AS id FROM approval a JOIN approval o ON o.run_id = a.run_id WHERE a.id = ${notice.subjectId}::uuid`;
  return [...new Set([notice.subjectId, ...rows.map((row) => row.id)])];
}

/** Give a notice back untouched or after a failure that may pass, to be tried again after a while. */
export async function postponeNotice(
  transaction: Transaction,
  held: HeldNotice,
  why: {
    readonly delayMs: number;
    readonly error?: string;
    /** This attempt had no effect: the next need not read back, unless an earlier one ended unclearly. */
    readonly clean?: boolean;
  },
): Promise<void> {
  await transaction.$executeRaw`
    UPDATE notice SET lease_until = NULL, updated_at = now(), failures = failures + ${why.error === undefined ? 0 : 1}::int,
      last_error = coalesce(${why.error ?? null}, last_error), posting_at = CASE WHEN ${why.clean === true && held.postingAtMs === null} THEN NULL ELSE posting_at END
    WHERE id = ${held.id}::uuid AND lease_until = ${held.lease}::timestamptz`;
  await addJob(transaction, { task: "notice", id: held.id, priority: held.priority, delayMs: why.delayMs });
}

/** Nobody will see it: told once, tried again only when something new is wanted. */
export async function noticeDead(transaction: Transaction, held: HeldNotice, error: string): Promise<void> {
  await transaction.$executeRaw`
    UPDATE notice SET state = 'dead', shown = wanted, last_error = ${error}, posting_at = NULL, lease_until = NULL, updated_at = now()
    WHERE id = ${held.id}::uuid AND lease_until = ${held.lease}::timestamptz`;
  await wakeNextReply(transaction, held);
}

/** The message is gone from Slack: post it anew, once in its life. @returns false when that was used up. */
export async function forgetMessage(transaction: Transaction, held: HeldNotice): Promise<boolean> {
  if (held.payload["posted_anew"] === true) return false;
  await transaction.$executeRaw`
    UPDATE notice SET ts = NULL, posting_at = NULL, lease_until = NULL, payload = payload || '{"posted_anew": true}'::jsonb
    WHERE id = ${held.id}::uuid AND lease_until = ${held.lease}::timestamptz`;
  await addJob(transaction, { task: "notice", id: held.id, priority: held.priority });
  return true;
}

/** Where a message stands: for replies, which need their parent's place, and for clicks, which name one. */
export interface PlacedNotice {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly dedupeKey: string;
  readonly threadOf: string | null;
  readonly channelId: string | null;
  readonly ts: string | null;
  readonly state: string;
}

const placed = { id: true, kind: true, subjectKind: true, subjectId: true, dedupeKey: true, threadOf: true, channelId: true, ts: true, state: true } as const; // prettier-ignore

export async function noticeByKey(transaction: Transaction, dedupeKey: string): Promise<PlacedNotice | null> {
  return (await transaction.notice.findUnique({ where: { dedupeKey }, select: placed })) as PlacedNotice | null;
}

/** The notice shown as this message; nothing for messages that are not ours (A13). */
export async function noticeAt(
  transaction: Transaction,
  at: { readonly teamId: string; readonly channelId: string; readonly ts: string },
): Promise<PlacedNotice | null> {
  const where = { teamId_channelId_ts: at };
  return (await transaction.notice.findUnique({ where, select: placed })) as PlacedNotice | null;
}

/** Whether a message about one of these is on its way: people may see and click it before its post is answered. */
export async function isBeingPosted(transaction: Transaction, subjectIds: readonly string[]): Promise<boolean> {
  const where = { subjectId: { in: [...subjectIds] }, ts: null, postingAt: { not: null } };
  return (await transaction.notice.findFirst({ where, select: { id: true } })) !== null;
}

/** Whether an older reply of the same thread still waits to be posted: replies appear in the order they were told. */
export async function hasOlderReply(transaction: Transaction, held: HeldNotice): Promise<boolean> {
  const subjects = await subjectsAround(transaction, held);
  const rows = await transaction.$queryRaw<unknown[]>`
    SELECT 1 AS one FROM notice WHERE subject_id = ANY(${subjects}) AND thread_of = ${held.threadOf} AND ts IS NULL AND state = 'open'
      AND id < ${held.id}::uuid LIMIT 1`;
  return rows.length > 0;
}

/** A vote as its thread reply tells it; the row may hold a later choice already. */
export async function voteById(
  transaction: Transaction,
  id: string,
): Promise<{ readonly personId: string; readonly choice: string; readonly reason: string | null } | null> {
  return transaction.vote.findUnique({ where: { id }, select: { personId: true, choice: true, reason: true } });
}

/** Messages that died lately are tried once more, as after an invitation to the channel; a workflow's own are not: its run went on. */
export async function reviveDeadNotices(transaction: Transaction, sinceId: string): Promise<void> {
  const rows = await transaction.$queryRaw<{ id: string; priority: number }[]>`
    UPDATE notice SET wanted = wanted + 1 WHERE id > ${sinceId}::uuid AND state = 'dead' AND kind <> 'message' RETURNING id, priority`;
  for (const row of rows) await addJob(transaction, { task: "notice", id: row.id, priority: row.priority });
}
