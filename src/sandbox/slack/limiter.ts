import { callsPerMinute, postsPerChannel } from "./limits.ts";
import type { Tier } from "./limits.ts";
import type { SandboxClock } from "./clock.ts";

/** Token buckets per method and, for `chat.postMessage`, per channel (slack.md 2.10). */
export interface Limiter {
  /** Seconds to wait when this call is over a limit, 0 when it is not; the call is counted either way. */
  take(method: string, tier: Tier, channel: string | undefined): number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets that start full and refill on the virtual clock. */
export function createLimiter(clock: SandboxClock): Limiter {
  const buckets = new Map<string, Bucket>();

  const takeFrom = (key: string, perSecond: number, capacity: number): number => {
    if (!Number.isFinite(perSecond)) return 0;
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: capacity, at: now };
    const tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
    const allowed = tokens >= 1;
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  };

  return {
    take(method, tier, channel) {
      const perMinute = callsPerMinute[tier];
      const wait = takeFrom(method, perMinute / 60, perMinute);
      if (method !== "chat.postMessage" || channel === undefined) return wait;
      return Math.max(wait, takeFrom(`${method} ${channel}`, postsPerChannel.perSecond, postsPerChannel.burst));
    },
  };
}
