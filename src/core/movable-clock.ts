import type { Clock } from "./clock.ts";

/** A clock that can be moved forward: the sandbox's *Pass 5 minutes*. */
export interface MovableClock extends Clock {
  pass(milliseconds: number): void;
}

export function movableClock(base: Clock): MovableClock {
  let passed = 0;
  return {
    now: () => new Date(base.now().getTime() + passed),
    monotonic: () => base.monotonic(),
    sleep: (milliseconds, signal) => base.sleep(milliseconds, signal),
    pass: (milliseconds) => void (passed += milliseconds),
  };
}
