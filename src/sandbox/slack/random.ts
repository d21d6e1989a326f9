import { createHash, randomBytes } from "node:crypto";

/** Gives that many bytes as hex text. */
export type Random = (bytes: number) => string;

/** Secrets and ids: from the machine's randomness, or the same ones each time from the same seed. */
export function randomFrom(seed: string | undefined): Random {
  if (seed === undefined) return (bytes) => randomBytes(bytes).toString("hex");
  let drawn = 0;
  return (bytes) => {
    let text = "";
    while (text.length < bytes * 2)
      text += createHash("sha256")
        .update(`${seed}:${(drawn += 1)}`)
        .digest("hex");
    return text.slice(0, bytes * 2);
  };
}
