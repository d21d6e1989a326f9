import { emptyChain, type AuditEntry } from "../core/audit-entry.ts";
import { isId } from "../core/identifiers.ts";
import {
  knownSubjects,
  readChains,
  readHeads,
  readTenantHeads,
  type ChainPosition,
  type HeadRow,
} from "../store/audit-read.ts";
import type { Database } from "../store/client.ts";
import { entryHash } from "./chain.ts";

const pageSize = 2_000;
const subjectKinds = ["run", "approval", "tenant"] as const;

/** Walk every chain: each entry's hash, its link and its number. @returns how many entries there are. */
export async function verifyChains(database: Database, report: (problem: string) => void): Promise<number> {
  let count = 0;
  let last: AuditEntry | undefined;
  let behind: ChainPosition = { subjectKind: "" as "run", subjectId: "", seq: 0 };
  for (;;) {
    const page = await readChains(database, behind, pageSize);
    for (const entry of page) {
      const first = last?.subjectKind !== entry.subjectKind || last.subjectId !== entry.subjectId;
      checkEntry(entry, first ? undefined : last, report);
      last = entry;
    }
    await checkSubjects(database, page, report);
    count += page.length;
    if (page.length < pageSize || !last) return count;
    behind = last;
  }
}

function checkEntry(entry: AuditEntry, before: AuditEntry | undefined, report: (problem: string) => void): void {
  const where = `${entry.subjectKind} ${entry.subjectId} entry ${entry.seq}`;
  const expected = (before?.seq ?? emptyChain.seq) + 1;
  if (entry.seq > expected)
    report(`${entry.subjectKind} ${entry.subjectId}: entries ${expected} to ${entry.seq - 1} are missing`);
  else if (entry.prev !== (before?.hash ?? emptyChain.head)) report(`${where}: does not follow the entry before it`);
  if (!sameHash(entry)) report(`${where}: was changed, its content does not match its hash`);
}

function sameHash(entry: AuditEntry): boolean {
  try {
    return entryHash(entry) === entry.hash;
  } catch {
    return false; // Content that could never have been written, such as a number beyond 2^53.
  }
}

/** A chain whose row is gone has no head to be measured by. */
async function checkSubjects(
  database: Database,
  page: readonly AuditEntry[],
  report: (problem: string) => void,
): Promise<void> {
  for (const kind of subjectKinds) {
    const ids = new Set(page.filter((entry) => entry.subjectKind === kind).map((entry) => entry.subjectId));
    if (ids.size === 0) continue;
    const usable = [...ids].filter((id) => kind === "tenant" || isId(id));
    const known = await knownSubjects(database, kind, usable);
    for (const id of ids) if (!known.has(id)) report(`${kind} ${id}: the audit knows it, but its row is gone`);
  }
}

/** Compare the heads kept on rows with the ends of the chains: a tail that was cut off shows here. */
export async function verifyHeads(database: Database, report: (problem: string) => void): Promise<void> {
  for (const kind of ["run", "approval"] as const) {
    let after: string | undefined;
    for (;;) {
      const page = await readHeads(database, kind, after, pageSize);
      for (const row of page) checkHead(kind, row, report);
      after = page.at(-1)?.id;
      if (page.length < pageSize) break;
    }
  }
  for (const row of await readTenantHeads(database)) checkHead("tenant", row, report);
}

function checkHead(kind: AuditEntry["subjectKind"], row: HeadRow, report: (problem: string) => void): void {
  if (row.seq === 0 ? row.head !== emptyChain.head : row.hash === null)
    report(`${kind} ${row.id}: the end of its chain was cut off, entry ${row.seq} is missing`);
  else if (row.seq > 0 && row.hash !== row.head)
    report(`${kind} ${row.id}: its last entry is not the one it was left with`);
  if (row.longer) report(`${kind} ${row.id}: its chain goes on behind entry ${row.seq}, where it should end`);
}
