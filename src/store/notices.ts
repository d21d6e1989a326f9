import type { NoticeInsert } from "../core/notice.ts";
import type { Transaction } from "./client.ts";
import { addJob } from "./jobs.ts";

/** Insert notices and their jobs; a dedupe key that exists already is left as it is. */
export async function insertNotices(transaction: Transaction, notices: readonly NoticeInsert[]): Promise<void> {
  for (const notice of notices) {
    const inserted = await transaction.$queryRaw<{ id: string }[]>`
      INSERT INTO notice (id, tenant_id, kind, subject_kind, subject_id, dedupe_key, channel, thread_of, payload, priority)
      VALUES (${notice.id}::uuid, ${notice.tenantId}, ${notice.kind}, ${notice.subjectKind}, ${notice.subjectId}, ${notice.dedupeKey},
        ${notice.channel ?? null}, ${notice.threadOf ?? null}, ${JSON.stringify(notice.payload)}::jsonb, ${notice.priority}::int)
      ON CONFLICT (dedupe_key) DO NOTHING RETURNING id`;
    if (inserted[0]) await addJob(transaction, { task: "notice", id: inserted[0].id, priority: notice.priority });
  }
}

/** Ask for a message to be shown anew: its text is rendered from the newest state when its turn comes. */
export async function wantNotice(
  transaction: Transaction,
  dedupeKey: string,
  options: { readonly priority?: number; readonly delayMs?: number } = {},
): Promise<void> {
  const bumped = await transaction.$queryRaw<{ id: string; priority: number }[]>`
    UPDATE notice SET wanted = wanted + 1, updated_at = now() WHERE dedupe_key = ${dedupeKey} RETURNING id, priority`;
  if (bumped[0])
    await addJob(transaction, {
      task: "notice",
      id: bumped[0].id,
      priority: options.priority ?? bumped[0].priority,
      delayMs: options.delayMs ?? 0,
    });
}

export { noticeKey } from "../core/notice-keys.ts";
