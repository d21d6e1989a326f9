/**
 * Two readings of time: `wall` stamps messages and signatures, `now` judges expiry (triggers, response URLs, rate
 * buckets). Passing time moves only `now`, so an hour's wait takes no time and no message claims to be from the future.
 */
export interface SandboxClock {
  wall(): number;
  now(): number;
  /** Milliseconds; only forward. */
  advance(milliseconds: number): void;
}

/** A clock whose `now` runs with the machine's until somebody passes time. */
export function sandboxClock(): SandboxClock {
  let offset = 0;
  return {
    wall: () => Date.now(),
    now: () => Date.now() + offset,
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError(`time only passes forward, not by ${milliseconds} ms`);
      offset += milliseconds;
    },
  };
}
