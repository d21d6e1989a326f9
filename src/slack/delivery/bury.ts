import { noticeDead, type HeldNotice } from "../../store/notice-delivery.ts";
import { sendSignal } from "../../store/signals.ts";
import { inTransaction } from "../../store/transaction.ts";
import type { Delivery } from "./delivery.ts";

/** Nobody will see this message: say so once, and let a run that waits for it go on. */
export async function bury(delivery: Pick<Delivery, "store" | "log">, held: HeldNotice, reason: string): Promise<void> {
  await inTransaction(delivery.store.housekeeping, async (transaction) => {
    await noticeDead(transaction, held, reason);
    if (held.kind === "message")
      await sendSignal(transaction, {
        tenantId: held.tenantId,
        runId: held.subjectId,
        key: `notice:${held.id}`,
        payload: { status: "failed", reason },
      });
  });
  const details = { alert: true, notice: held.id, kind: held.kind, subject: held.subjectId, channel: held.channel };
  delivery.log.error({ ...details, reason }, "a message cannot be shown in Slack");
}
