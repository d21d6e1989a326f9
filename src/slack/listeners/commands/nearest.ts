/** The known word a mistyped one most likely meant: at most two letters away, or begun the same way. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const begun = word.length >= 2 ? known.find((one) => one.startsWith(word)) : undefined;
  if (begun !== undefined || word.length > 40) return begun;
  const ranked = known.map((one) => ({ one, away: distance(word, one) })).sort((a, b) => a.away - b.away);
  return ranked[0] && ranked[0].away <= 2 ? ranked[0].one : undefined;
}

/** Levenshtein's distance, a row at a time. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[to.length]!;
}
