import {
  checkpointsAfter,
  findFutureEntry,
  hashesBetween,
  readEdge,
  type CheckpointRow,
} from "../store/checkpoints.ts";
import type { Database } from "../store/client.ts";
import type { AnchorReader } from "./anchor.ts";
import { checkpointHash, noCheckpoint, readAnchorLine } from "./checkpoint.ts";
import { merkleRoot } from "./merkle.ts";
import { restored } from "./seal.ts";
import type { SignatureVerifier } from "./signing.ts";

const pageSize = 500;
/** Entries read at once; checkpoints are taken together up to here, so that a quiet year is not a million queries. */
const entriesAtOnce = 20_000;

type Report = (problem: string) => void;

interface Anchored {
  readonly hashes: ReadonlyMap<number, string>;
  readonly newest: number;
}

/** Check every checkpoint against its entries, its predecessor, its signature and the anchor. @returns how many there are. */
export async function verifyCheckpoints(
  database: Database,
  outside: { readonly anchor?: AnchorReader | undefined; readonly verifier?: SignatureVerifier | undefined },
  report: Report,
): Promise<number> {
  const anchored = outside.anchor ? readAnchor(await outside.anchor.lines(), report) : undefined;
  let last: CheckpointRow | undefined;
  let count = 0;
  for (;;) {
    const page = await checkpointsAfter(database, last?.seq ?? 0, pageSize);
    for (const checkpoint of page) {
      checkLinks(checkpoint, last, outside.verifier, report);
      checkAnchored(checkpoint, anchored, report);
      last = checkpoint;
    }
    for (const group of groupsOf(page)) await checkRoots(database, group, report);
    count += page.length;
    if (page.length < pageSize) break;
  }
  if (anchored && anchored.newest > (last?.seq ?? 0))
    report(`the anchor knows checkpoint ${anchored.newest}, but the database's last one is ${last?.seq ?? 0}`);
  await checkEdge(database, last?.toXid ?? 0n, report);
  return count;
}

function checkLinks(
  checkpoint: CheckpointRow,
  before: CheckpointRow | undefined,
  verifier: SignatureVerifier | undefined,
  report: Report,
): void {
  const name = `checkpoint ${checkpoint.seq}`;
  if (checkpoint.seq !== (before?.seq ?? 0) + 1) report(`${name}: checkpoints before it are missing`);
  else if (checkpoint.prev !== (before?.hash ?? noCheckpoint)) report(`${name}: does not follow the one before it`);
  if (checkpoint.fromXid !== (before?.toXid ?? 0n)) report(`${name}: does not begin where the one before it ended`);
  if (checkpointHash(checkpoint) !== checkpoint.hash)
    report(`${name}: was changed, its content does not match its hash`);
  if (verifier && !verifier.verify(checkpoint.hash, checkpoint.signature)) report(`${name}: its signature is not ours`);
}

function checkAnchored(checkpoint: CheckpointRow, anchored: Anchored | undefined, report: Report): void {
  if (!anchored) return;
  const hash = anchored.hashes.get(checkpoint.seq);
  // The newest may not be exported yet; a hole before an exported one is no such thing.
  if (hash === undefined && checkpoint.seq < anchored.newest)
    report(`checkpoint ${checkpoint.seq}: its line is missing in the anchor`);
  if (hash !== undefined && hash !== checkpoint.hash)
    report(`checkpoint ${checkpoint.seq}: is not the one that the anchor holds`);
}

function groupsOf(page: readonly CheckpointRow[]): readonly (readonly CheckpointRow[])[] {
  const groups: CheckpointRow[][] = [];
  let size = Infinity;
  for (const checkpoint of page) {
    if (size + checkpoint.entries > entriesAtOnce) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(checkpoint);
    size += checkpoint.entries;
  }
  return groups;
}

async function checkRoots(database: Database, group: readonly CheckpointRow[], report: Report): Promise<void> {
  const hashes = await hashesBetween(database, group[0]!.fromXid, group.at(-1)!.toXid);
  for (const { seq, fromXid, toXid, entries, root } of group) {
    const inside = hashes.filter(({ xid }) => xid >= fromXid && xid < toXid).map(({ hash }) => hash);
    if (inside.length !== entries)
      report(`checkpoint ${seq}: ${entries} entries were sealed, ${inside.length} are there`);
    else if (rootOf(inside) !== root) report(`checkpoint ${seq}: the entries are not the ones that were sealed`);
  }
}

function rootOf(hashes: readonly string[]): string | undefined {
  return hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash)) ? merkleRoot(hashes) : undefined;
}

/** Entries must be of transactions this server has given: none before it was restored, none of the future. */
async function checkEdge(database: Database, sealedTo: bigint, report: Report): Promise<void> {
  const { nextXid } = await readEdge(database);
  if (nextXid < sealedTo) {
    report(restored(nextXid, sealedTo).message);
    return;
  }
  const future = await findFutureEntry(database);
  if (future)
    report(`${future.subjectKind} ${future.subjectId} entry ${future.seq}: names a transaction that has not been`);
}

function readAnchor(lines: readonly string[], report: Report): Anchored {
  const known = new Map<number, string>();
  for (const [index, line] of lines.entries()) {
    const read = readAnchorLine(line);
    if (!read) report(`the anchor's line ${index + 1} is not a checkpoint`);
    else if (known.has(read.seq) && known.get(read.seq) !== read.hash)
      report(`the anchor holds two checkpoints ${read.seq}`);
    else known.set(read.seq, read.hash);
  }
  return { hashes: known, newest: [...known.keys()].reduce((most, seq) => Math.max(most, seq), 0) };
}
