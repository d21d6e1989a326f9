import { PolicyError, type ErrorCode } from "../core/errors.ts";
import type { ActionNode, EvaluateNode, GateNode, RestoreNode, RetryPolicy, VerifyNode } from "../core/graph.ts";
import type { EngineParts } from "./engine.ts";
import type { RunEvent, Token } from "./state.ts";

/** Without a `retry:` of its own a step is tried four times in about 4 s, so that a rollback begins within 5 s of the failure. */
const usualRetry: RetryPolicy = { attempts: 4, initialDelayMs: 400, maxDelayMs: 8_000 };

/** What may pass by itself; anything else is final at the first try. */
const passing = new Set<ErrorCode>([
  "provider_throttled",
  "provider_unknown",
  "store_unavailable",
  "directory_unreachable",
  "slack_refused",
  "resource_locked",
]);

type WorkingNode = ActionNode | EvaluateNode | GateNode | RestoreNode | VerifyNode;

/** A failed try as an event: retried with exponential backoff and jitter while tries are left. `outcomeUnknown`: the effect may have happened. */
export function failure(
  parts: EngineParts,
  node: WorkingNode,
  token: Token,
  error: Error,
  outcomeUnknown: boolean,
): RunEvent {
  const code: ErrorCode = error instanceof PolicyError ? error.code : outcomeUnknown ? "provider_unknown" : "internal";
  const policy = (node.kind === "action" ? node.retry : undefined) ?? usualRetry;
  const tried = Math.max(token.attempt, 1) + (token.phase === "intended" ? 0 : token.attempt > 0 ? 1 : 0);
  const again = (passing.has(code) || outcomeUnknown || code === "verify_failed") && tried < policy.attempts;
  const hint = error instanceof PolicyError && error.hint ? ` (${error.hint})` : "";
  return {
    type: "failed",
    at: parts.clock.now().toISOString(),
    node: node.id,
    code,
    message: `${error.message}${hint}`,
    outcomeUnknown,
    ...(again ? { retryAfterMs: backoffMs(policy, tried) } : {}),
  };
}

/** Doubling from the first delay, capped, with up to a quarter of jitter so that a herd spreads. */
function backoffMs(policy: RetryPolicy, tried: number, random: () => number = Math.random): number {
  const delay = Math.min(policy.maxDelayMs, policy.initialDelayMs * 2 ** (tried - 1));
  return Math.round(delay * (1 + random() / 4));
}
