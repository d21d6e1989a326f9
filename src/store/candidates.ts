import type { Transaction } from "./client.ts";

/** Note who is asked to decide a request, for their inbox; being noted twice is being noted once. */
export async function addCandidates(
  transaction: Transaction,
  approval: { readonly id: string; readonly tenantId: string },
  personIds: readonly string[],
): Promise<void> {
  if (personIds.length === 0) return;
  await transaction.$executeRaw`
    INSERT INTO candidate (person_id, approval_id, tenant_id)
    SELECT DISTINCT p::uuid, ${approval.id}::uuid, ${approval.tenantId} FROM jsonb_array_elements_text(${JSON.stringify(personIds)}::jsonb) AS p
    ON CONFLICT DO NOTHING`;
}
