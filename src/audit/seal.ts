import { PolicyError } from "../core/errors.ts";
import {
  checkpointsAfter,
  insertCheckpoint,
  lastCheckpoint,
  lockSealing,
  readEdge,
  sealableHashes,
} from "../store/checkpoints.ts";
import type { Database, Transaction } from "../store/client.ts";
import { inTransaction } from "../store/transaction.ts";
import type { Anchor } from "./anchor.ts";
import { anchorLine, checkpointHash, noCheckpoint, readAnchorLine } from "./checkpoint.ts";
import { merkleRoot } from "./merkle.ts";
import type { Signer } from "./signing.ts";

export { createAnchor } from "./anchor.ts";

/** About as many entries a checkpoint holds at most; more are sealed in several. */
const entriesPerCheckpoint = 20_000;
const linesPerExport = 1_000;

/**
 * Seal what was written since the last checkpoint: a signed Merkle root per checkpoint, then its line in the anchor outside
 * the database (DESIGN 6). Safe on many replicas at once; writes nothing when nothing is new; an anchor that missed lines
 * gets them. Entries of transactions still under way wait for the next time.
 * @returns how many entries were sealed.
 * @throws PolicyError `audit_broken` when the database is older than its own checkpoints or than the anchor.
 */
export async function seal(database: Database, signer: Signer, anchor: Anchor): Promise<number> {
  let sealed = 0;
  for (let more = true; more;) {
    const entries = await inTransaction(database, (transaction) => sealOnce(transaction, signer));
    sealed += entries;
    more = entries > entriesPerCheckpoint / 2;
  }
  while (await inTransaction(database, (transaction) => exportOnce(transaction, anchor)));
  return sealed;
}

async function sealOnce(transaction: Transaction, signer: Signer): Promise<number> {
  await lockSealing(transaction);
  const last = await lastCheckpoint(transaction);
  const fromXid = last?.toXid ?? 0n;
  const { nextXid, now } = await readEdge(transaction);
  if (nextXid < fromXid) throw restored(nextXid, fromXid);
  const { toXid, hashes } = await sealableHashes(transaction, fromXid, entriesPerCheckpoint);
  if (hashes.length === 0) return 0;
  const unsigned = {
    seq: (last?.seq ?? 0) + 1,
    prev: last?.hash ?? noCheckpoint,
    fromXid,
    toXid,
    entries: hashes.length,
    root: merkleRoot(hashes),
    at: now,
  };
  const hash = checkpointHash(unsigned);
  await insertCheckpoint(transaction, { ...unsigned, hash, signature: signer.sign(hash) });
  return hashes.length;
}

/** The one line for a database whose transactions count from a lower number than its checkpoints know. */
export function restored(next: bigint, known: bigint): PolicyError {
  return new PolicyError(
    "audit_broken",
    `the database's next transaction is ${next}, but its audit is sealed up to ${known}: it was restored from a dump onto another server`,
    { hint: "restore a physical backup, or archive this audit trail and start a new one" },
  );
}

/** Export committed checkpoints the anchor has not; true when there may be more. */
async function exportOnce(transaction: Transaction, anchor: Anchor): Promise<boolean> {
  await lockSealing(transaction);
  const line = await anchor.last();
  const known = line === undefined ? { seq: 0, hash: noCheckpoint } : readAnchorLine(line);
  if (!known) throw new PolicyError("audit_broken", "the last line of the audit anchor is not a checkpoint");
  const [there, ...missing] = await checkpointsAfter(transaction, known.seq - 1, linesPerExport + 1);
  if (known.seq === 0) {
    const all = there ? [there, ...missing] : [];
    if (all.length > 0) await anchor.append(all.map(anchorLine));
    return all.length > linesPerExport;
  }
  if (there?.seq !== known.seq || there.hash !== known.hash)
    throw new PolicyError(
      "audit_broken",
      `the audit anchor knows checkpoint ${known.seq}, which the database ${there?.seq === known.seq ? "holds with another hash" : "does not hold"}`,
      { hint: "run `policycortex audit verify`; the database may have been changed or restored from an older backup" },
    );
  if (missing.length > 0) await anchor.append(missing.map(anchorLine));
  return missing.length === linesPerExport;
}
