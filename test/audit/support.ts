import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Anchor } from "../../src/audit/anchor.ts";
import { extendChain } from "../../src/audit/chain.ts";
import { seal } from "../../src/audit/seal.ts";
import type { Signer } from "../../src/audit/signing.ts";
import { emptyChain } from "../../src/core/audit-entry.ts";
import { newId } from "../../src/core/identifiers.ts";
import { insertAudit } from "../../src/store/audit.ts";
import type { Database } from "../../src/store/client.ts";

/** A run with a chain of `length` entries, its head on its row. @returns its id. */
export async function runWithChain(database: Database, length: number): Promise<string> {
  const id = newId();
  await database.$transaction(async (transaction) => {
    await transaction.run.create({
      data: {
        ...{
          id,
          tenantId: "default",
          kind: "workflow",
          workflow: "w",
          workflowDigest: "d",
          state: "running",
          data: {},
        },
        ...{ dedupeKey: id, auditHead: emptyChain.head },
      },
    });
  });
  await append(database, id, length);
  return id;
}

/** Append to a run's chain as the product does: under the row's lock. */
export async function append(database: Database, runId: string, count: number): Promise<void> {
  await database.$transaction(async (transaction) => {
    const [row] = await transaction.$queryRaw<{ seq: number; head: string }[]>`
      SELECT audit_seq AS seq, audit_head AS head FROM run WHERE id = ${runId}::uuid FOR UPDATE`;
    const drafts = Array.from({ length: count }, (_, n) => ({
      action: "step.done",
      actor: "system",
      details: { n, text: "ä “quoted” \\ 1.50", nested: { list: [1, 2.5, null, true] } },
    }));
    const subject = { tenantId: "default", subjectKind: "run", subjectId: runId } as const;
    const { entries, head } = extendChain(subject, row!, drafts, new Date());
    await insertAudit(transaction, entries);
    await transaction.run.update({ where: { id: runId }, data: { auditSeq: head.seq, auditHead: head.head } });
  });
}

/** What a hostile administrator does: as the owner, with the triggers off. */
export async function sabotage(ownerUrl: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query("SET session_replication_role = replica");
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function anchorPath(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "policycortex-anchor-")), "audit.anchor");
}

/**
 * Seal until every entry is. Once is not always enough: transaction ids belong to the whole server, so a transaction of another
 * test file's database holds the edge back while it lasts. @returns how many entries were sealed.
 */
export async function sealAll(database: Database, signer: Signer, anchor: Anchor): Promise<number> {
  for (let sealed = 0; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    sealed += await seal(database, signer, anchor);
    const covered = await database.auditCheckpoint.aggregate({ _sum: { entries: true } });
    if ((covered._sum.entries ?? 0) >= (await database.auditEntry.count())) return sealed;
  }
}
