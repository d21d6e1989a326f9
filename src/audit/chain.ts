import type { AuditDraft, AuditEntry } from "../core/audit-entry.ts";
import { digest } from "../core/json.ts";

/** The head of a subject's chain: kept on the row that is locked anyway (run, approval, control). */
export interface ChainHead {
  readonly seq: number;
  readonly head: string;
}

export interface ChainSubject {
  readonly tenantId: string;
  readonly subjectKind: AuditEntry["subjectKind"];
  readonly subjectId: string;
}

/** The hash of an entry: over everything in it but the hash itself. */
export function entryHash(entry: Omit<AuditEntry, "hash">): string {
  const { tenantId, subjectKind, subjectId, seq, at, action, actor, details, prev } = entry;
  return digest({ tenantId, subjectKind, subjectId, seq, at, action, actor, details, prev });
}

/** Give drafts their places behind a head. Pure; the caller inserts the entries and stores the new head in one transaction. */
export function extendChain(
  subject: ChainSubject,
  from: ChainHead,
  drafts: readonly AuditDraft[],
  at: Date,
): { readonly entries: readonly AuditEntry[]; readonly head: ChainHead } {
  const entries: AuditEntry[] = [];
  let head = from;
  for (const draft of drafts) {
    const unhashed = { ...subject, ...draft, seq: head.seq + 1, at: at.toISOString(), prev: head.head };
    const entry = { ...unhashed, hash: entryHash(unhashed) };
    entries.push(entry);
    head = { seq: entry.seq, head: entry.hash };
  }
  return { entries, head };
}
