/** Severity, risk and impact share one order: `LOW < MEDIUM < HIGH < CRITICAL` (DESIGN 7.3). */
export const levels = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type Level = (typeof levels)[number];

export function isLevel(value: unknown): value is Level {
  return typeof value === "string" && (levels as readonly string[]).includes(value);
}

/** The position of a level in the order, 0 for LOW. */
export function levelRank(level: Level): number {
  return levels.indexOf(level);
}

/** The higher of several levels; LOW when there is none. */
export function highestLevel(...candidates: readonly Level[]): Level {
  return candidates.reduce<Level>((best, level) => (levelRank(level) > levelRank(best) ? level : best), "LOW");
}
