/** The SQLSTATE inside whatever Prisma, its adapter or pg threw; undefined when the server never answered. */
export function sqlState(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 5) return undefined;
  const { code, originalCode, cause, meta } = error as {
    code?: unknown;
    originalCode?: unknown;
    cause?: unknown;
    meta?: unknown;
  };
  for (const candidate of [originalCode, code])
    if (typeof candidate === "string" && /^[0-9A-Z]{5}$/.test(candidate) && !/^P\d{4}$/.test(candidate))
      return candidate;
  const adapter = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  return sqlState(cause, depth + 1) ?? sqlState(adapter, depth + 1);
}

/** Whether the statement may or may not have taken effect: a cut connection, a lost answer, a server going down. */
export function isUnknownOutcome(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return state.startsWith("08") || state.startsWith("57P");
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  return /terminat|ECONN|EPIPE|timeout|Timeout|socket|closed|not queryable|P1001|P1017|P1008|DatabaseNotReachable/.test(
    text,
  );
}
