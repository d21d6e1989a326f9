import type { Json } from "../core/json.ts";
import type { Transaction } from "./client.ts";

export interface StoredVersion {
  readonly digest: string;
  readonly name: string;
  readonly version: string;
  readonly definition: Json;
}

/** Keep a loaded definition by its digest; the same one twice is one row. */
export async function saveVersion(transaction: Transaction, version: StoredVersion): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO workflow_version (digest, name, version, definition) VALUES (${version.digest}, ${version.name}, ${version.version}, ${JSON.stringify(version.definition)}::jsonb)
    ON CONFLICT (digest) DO NOTHING`;
}

export async function readVersion(transaction: Transaction, digest: string): Promise<StoredVersion | undefined> {
  const row = await transaction.workflowVersion.findUnique({ where: { digest } });
  return row
    ? { digest: row.digest, name: row.name, version: row.version, definition: row.definition as Json }
    : undefined;
}
