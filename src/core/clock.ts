/** Time as a port: only this file touches the system's clocks, so that every other part can be tested in any time. */
export interface Clock {
  /** Wall clock, for display and for records. Deadlines are judged by the database's clock. */
  now(): Date;
  /** Milliseconds that never jump back, for measuring and for call deadlines inside one process. */
  monotonic(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener("abort", done, { once: true });
    }),
};
