import { createHash } from "node:crypto";

/** A leaf can never be mistaken for a node (RFC 6962): otherwise a shorter tree could carry the same root. */
const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

const sha256 = (...parts: readonly Buffer[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The Merkle root of entry hashes in their order, as hex. An odd node at the end of a level moves up as it is. */
export function merkleRoot(hashes: readonly string[]): string {
  if (hashes.length === 0) return sha256(leafPrefix).toString("hex");
  let level: Buffer[] = hashes.map((hash) => sha256(leafPrefix, Buffer.from(hash, "hex")));
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i]!, level[i + 1]];
      above.push(right ? sha256(nodePrefix, left, right) : left);
    }
    level = above;
  }
  return level[0]!.toString("hex");
}
