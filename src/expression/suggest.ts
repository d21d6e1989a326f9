/** Edits between two words: insert, delete, replace or swap two neighbours each cost one. */
function distance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same));
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1])
        row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[left.length]![right.length]!;
}

/**
 * The candidate an author most likely meant: nearest by edits, at most a third of the name away; case does not count.
 * @returns undefined when nothing is near.
 */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase().slice(0, 64);
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(wanted, candidate.toLowerCase().slice(0, 64));
    if (edits <= Math.max(1, Math.floor(wanted.length / 3)) && (best === undefined || edits < best.edits))
      best = { name: candidate, edits };
  }
  return best?.name;
}

/** The hint that goes with an unknown name: the nearest one, or the list of all when it is short. */
export function nameHint(name: string, candidates: readonly string[]): string {
  const near = suggest(name, candidates);
  if (near !== undefined) return `did you mean ${near}?`;
  if (candidates.length === 0) return "there is none";
  return candidates.length <= 16 ? `known: ${candidates.join(", ")}` : `${candidates.length} are known, none is near`;
}
