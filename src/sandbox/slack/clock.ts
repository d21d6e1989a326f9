/**
 * Two readings of time: `wall` stamps messages, `now` judges expiry (triggers, response URLs, rate buckets) and runs what
 * was put off. Passing time moves only `now`, so an hour's wait takes no time and no message claims to be from the
 * future. A clock that starts at a fixed time stands still until time is passed, and both readings are the same.
 */
export interface SandboxClock {
  wall(): number;
  now(): number;
  /** Milliseconds; only forward. Runs what has fallen due, in order. */
  advance(milliseconds: number): void;
  /** Runs something once that much time has gone by or been passed. */
  after(milliseconds: number, run: () => void): void;
  /** Forgets what was put off. */
  stop(): void;
}

interface Waiting {
  at: number;
  run: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** A clock whose `now` runs with the machine's until somebody passes time; `startAt` makes it stand still instead. */
export function sandboxClock(startAt?: number): SandboxClock {
  let offset = 0;
  let waiting: Waiting[] = [];
  const now = () => (startAt ?? Date.now()) + offset;
  const runDue = () => {
    const due = waiting.filter(({ at }) => at <= now()).sort((a, b) => a.at - b.at);
    waiting = waiting.filter((entry) => !due.includes(entry));
    for (const { timer, run } of due) {
      clearTimeout(timer);
      run();
    }
  };
  return {
    wall: () => (startAt === undefined ? Date.now() : now()),
    now,
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError(`time only passes forward, not by ${milliseconds} ms`);
      offset += milliseconds;
      runDue();
    },
    after(milliseconds, run) {
      const timer = startAt === undefined ? setTimeout(runDue, milliseconds + 1).unref() : undefined;
      waiting.push({ at: now() + milliseconds, run, timer });
    },
    stop() {
      for (const { timer } of waiting) clearTimeout(timer);
      waiting = [];
    },
  };
}
