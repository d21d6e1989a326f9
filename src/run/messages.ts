import { newId } from "../core/identifiers.ts";
import type { Messages } from "../core/ports.ts";
import type { Database } from "../store/client.ts";
import { insertNotices } from "../store/notices.ts";
import { inTransaction } from "../store/transaction.ts";

/** The Messages port over the store: a message is a notice, and its key makes posting twice posting once. */
export function createMessages(database: Database): Messages {
  return {
    async post({ key, runId, tenantId, channel, text }) {
      const dedupeKey = `message:${key}`;
      return inTransaction(database, async (transaction) => {
        const notice = {
          id: newId(),
          tenantId,
          kind: "message" as const,
          subjectKind: "run" as const,
          subjectId: runId,
          dedupeKey,
          channel,
          payload: { text },
          priority: 5,
        };
        await insertNotices(transaction, [notice]);
        const row = await transaction.notice.findUniqueOrThrow({ where: { dedupeKey }, select: { id: true } });
        return row.id;
      });
    },
  };
}
