import type { JsonObject } from "../core/json.ts";
import type { Transaction } from "./client.ts";

/** A switch that holds for everybody of a tenant. Undefined when it was never set. */
export async function readControl(
  transaction: Transaction,
  tenantId: string,
  key: string,
): Promise<JsonObject | undefined> {
  const row = await transaction.control.findUnique({ where: { tenantId_key: { tenantId, key } } });
  return row?.value as JsonObject | undefined;
}

/** Lock the tenant's administration row and read its audit head; the row is made when it is not there yet. */
export async function lockAdministration(
  transaction: Transaction,
  tenantId: string,
): Promise<{ readonly seq: number; readonly head: string }> {
  await transaction.$executeRaw`
    INSERT INTO control (tenant_id, key, value, changed_by) VALUES (${tenantId}, 'audit', jsonb_build_object('seq', 0, 'head', repeat('0', 64)), 'system')
    ON CONFLICT DO NOTHING`;
  const rows = await transaction.$queryRaw<{ value: { seq: number; head: string } }[]>`
    SELECT value FROM control WHERE tenant_id = ${tenantId} AND key = 'audit' FOR UPDATE`;
  return rows[0]!.value;
}

export async function writeControl(
  transaction: Transaction,
  tenantId: string,
  key: string,
  value: JsonObject,
  by: string,
): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO control (tenant_id, key, value, changed_by) VALUES (${tenantId}, ${key}, ${JSON.stringify(value)}::jsonb, ${by})
    ON CONFLICT (tenant_id, key) DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by, changed_at = now()`;
}
