import type { VoteChoice } from "../core/approval.ts";
import type { Transaction } from "./client.ts";

/** A person's choice in a stage, with the seat it fills by the last count. */
export interface VoteRow {
  readonly id: string;
  readonly stage: number;
  readonly personId: string;
  readonly choice: VoteChoice;
  readonly reason: string | null;
  readonly via: string;
  readonly seat: string | null;
}

/**
 * Write votes: new ones, changed ones (A18: the last choice counts), and those whose seat another vote moved.
 * Only under the approval's row lock. `cast_at` moves only when the choice does.
 */
export async function saveVotes(
  transaction: Transaction,
  approval: { readonly id: string; readonly tenantId: string },
  votes: readonly VoteRow[],
): Promise<void> {
  if (votes.length === 0) return;
  await transaction.$executeRaw`
    INSERT INTO vote (id, tenant_id, approval_id, stage, person_id, choice, reason, via, seat, cast_at)
    SELECT v.id, ${approval.tenantId}, ${approval.id}::uuid, v.stage, v."personId", v.choice, v.reason, v.via, v.seat, clock_timestamp()
    FROM jsonb_to_recordset(${JSON.stringify(votes)}::jsonb)
      AS v(id uuid, stage int, "personId" uuid, choice text, reason text, via text, seat text)
    ON CONFLICT (approval_id, stage, person_id) DO UPDATE SET choice = excluded.choice, reason = excluded.reason, via = excluded.via,
      seat = excluded.seat, cast_at = CASE WHEN vote.choice = excluded.choice THEN vote.cast_at ELSE excluded.cast_at END`;
}
