import type { Database } from "../store/client.ts";
import type { AnchorReader } from "./anchor.ts";
import type { SignatureVerifier } from "./signing.ts";
import { verifyChains, verifyHeads } from "./verify-chains.ts";
import { verifyCheckpoints } from "./verify-checkpoints.ts";

export interface AuditVerdict {
  readonly ok: boolean;
  readonly entries: number;
  readonly checkpoints: number;
  /** One line each, the first 200. */
  readonly problems: readonly string[];
}

const mostProblems = 200;

/**
 * Check the whole audit: every chain, every head, every checkpoint, and the anchor when it is given. An entry that was edited,
 * deleted, swapped or cut off, and a chain written anew, are found (L3). Reads only, page by page; safe while the product runs.
 * Without a verifier signatures are not checked. What was written within the last second may not be sealed yet.
 */
export async function verifyAudit(
  database: Database,
  anchor?: AnchorReader,
  verifier?: SignatureVerifier,
): Promise<AuditVerdict> {
  const problems: string[] = [];
  const report = (problem: string) => {
    if (problems.length < mostProblems) problems.push(problem);
  };
  const checkpoints = await verifyCheckpoints(database, { anchor, verifier }, report);
  const entries = await verifyChains(database, report);
  await verifyHeads(database, report);
  return { ok: problems.length === 0, entries, checkpoints, problems };
}
