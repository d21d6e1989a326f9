import { canonicalJson, digest } from "../core/json.ts";
import type { CheckpointRow } from "../store/checkpoints.ts";

/** The `prev` of the first checkpoint. */
export const noCheckpoint = "0".repeat(64);

/** The hash that a checkpoint's signature covers: over everything in it but hash and signature. */
export function checkpointHash(checkpoint: Omit<CheckpointRow, "hash" | "signature">): string {
  const { seq, prev, fromXid, toXid, entries, root, at } = checkpoint;
  return digest({ seq, prev, from: String(fromXid), to: String(toXid), entries, root, at: at.toISOString() });
}

/** What a line of the anchor says. */
export interface AnchorLine {
  readonly seq: number;
  readonly hash: string;
}

export function anchorLine(checkpoint: CheckpointRow): string {
  const { seq, hash, root, entries, signature, at } = checkpoint;
  return canonicalJson({ seq, hash, root, entries, to: String(checkpoint.toXid), signature, at: at.toISOString() });
}

/** The line's meaning; undefined when it is none. */
export function readAnchorLine(line: string): AnchorLine | undefined {
  try {
    const { seq, hash } = JSON.parse(line) as Partial<AnchorLine>;
    return typeof seq === "number" && typeof hash === "string" ? { seq, hash } : undefined;
  } catch {
    return undefined;
  }
}
