/** Structured logging as a port: a static message with its metadata, so that alerts group. */
export interface Log {
  info(metadata: object, message: string): void;
  warn(metadata: object, message: string): void;
  error(metadata: object, message: string): void;
}

/** Says nothing; for tests and for commands whose output is data. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
