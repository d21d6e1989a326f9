import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from "cockatiel";
import { coerceError, hasCode, PolicyError } from "../../core/errors.ts";

/** Milliseconds. All tries of a read stay under 5 s: what takes longer is the engine's retry, which survives a restart. */
const readTryMs = 1_500;
const readTotalMs = 4_900;
const writeMs = 10_000;
/** Calls at once to one account, and those that may wait for a place. */
const concurrent = 16;
const waiting = 256;
/** Failures in a row that open the breaker, and how long it stays open. */
const failuresToOpen = 8;
const openMs = 10_000;

/** A call that takes the signal to pass on, and throws PolicyErrors. */
type ProviderCall<T> = (signal: AbortSignal) => Promise<T>;

/** What stands between the product and one account of a provider. */
export interface Guard {
  /** An idempotent read: retried with exponential backoff. @throws the call's error, or `provider_throttled` or `provider_unknown`. */
  read<T>(call: ProviderCall<T>, signal: AbortSignal): Promise<T>;
  /** A write: sent once. When its answer is lost, late or not awaited, that is `provider_unknown`. */
  write<T>(call: ProviderCall<T>, signal: AbortSignal): Promise<T>;
}

/**
 * A guard per provider and account, so that one throttled account slows no other.
 * Seed "Failure Recovery: Automatic retry with exponential backoff; Circuit Breaker: Prevent cascade failures".
 */
export function createGuards(): (provider: string, account: string) => Guard {
  const guards = new Map<string, Guard>();
  return (provider, account) => {
    const name = `${provider} ${account}`;
    const guard = guards.get(name) ?? createGuard(name);
    guards.set(name, guard);
    return guard;
  };
}

function createGuard(name: string): Guard {
  const ill = handleWhen(isTransient);
  const places = bulkhead(concurrent, waiting);
  const breaker = circuitBreaker(ill, { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(failuresToOpen) });
  const reads = wrap(
    places,
    timeout(readTotalMs, TimeoutStrategy.Aggressive),
    retry(ill, { maxAttempts: 4, backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 800 }) }),
    breaker,
    timeout(readTryMs, TimeoutStrategy.Aggressive),
  );
  const writes = wrap(places, breaker, timeout(writeMs, TimeoutStrategy.Aggressive));
  return {
    read: async (call, signal) => {
      signal.throwIfAborted();
      try {
        return await reads.execute((context) => begin(call, context.signal), signal);
      } catch (error) {
        // A read that nobody waits for any more has changed nothing: the reason of the abort is all there is to say.
        signal.throwIfAborted();
        throw translated(error, name);
      }
    },
    write: async (call, signal) => {
      signal.throwIfAborted();
      const progress = { sent: false };
      try {
        return await writes.execute((context) => {
          const answer = begin(call, context.signal);
          progress.sent = true;
          return answer;
        }, signal);
      } catch (error) {
        if (!progress.sent) signal.throwIfAborted();
        throw translated(error, name);
      }
    },
  };
}

/** A call that waited for its place must not begin after the abort. */
function begin<T>(call: ProviderCall<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return call(signal);
}

function isTransient(error: Error): boolean {
  return hasCode(error, "provider_throttled", "provider_unknown") || error instanceof TaskCancelledError;
}

function translated(error: unknown, name: string): Error {
  if (error instanceof BrokenCircuitError)
    return new PolicyError("provider_throttled", `${name} failed ${failuresToOpen} times in a row: nothing is sent`, {
      hint: `it is tried again after ${openMs / 1000} s`,
    });
  if (error instanceof BulkheadRejectedError)
    return new PolicyError("provider_throttled", `${concurrent + waiting} calls to ${name} are waiting already`);
  if (error instanceof TaskCancelledError)
    return new PolicyError("provider_unknown", `${name} did not answer in time or was not awaited`, {
      hint: "read the target to learn whether the call took effect",
    });
  return coerceError(error);
}
