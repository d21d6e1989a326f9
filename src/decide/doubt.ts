import { PolicyError } from "../core/errors.ts";
import type { PolicyEvent } from "../core/event.ts";
import type { JsonObject } from "../core/json.ts";
import { evaluateCondition } from "../expression/evaluate.ts";
import { parseExpression } from "../expression/parse.ts";
import type { Scope } from "../expression/path.ts";
import type { Documents } from "../workflow/documents.ts";
import { claimedScope, trustedScope } from "./scope.ts";

/** What a condition on which safety hangs is judged by. */
export interface Circumstances {
  readonly event: PolicyEvent;
  readonly documents: Documents;
  /** Read from the provider; undefined before reading. */
  readonly planFacts: JsonObject | undefined;
  /** ISO 8601; without it conditions on time are unknown. */
  readonly now?: string;
}

/**
 * Judges a condition that asks for people when it holds (DESIGN 7.2, 7.6): by what trusted sources say, where not
 * knowing and failing count as holding, and then by what the sender claims, which can only add.
 * @returns why it asks, in words; undefined when it certainly does not.
 */
export function whyNeeded(source: string, circumstances: Circumstances): string | undefined {
  const { event, documents, planFacts, now } = circumstances;
  const extra = {
    settings: documents.settings,
    ...(planFacts === undefined ? {} : { trustedFacts: planFacts }),
    ...(now === undefined ? {} : { now }),
  };
  return asks(source, trustedScope(event, extra), true) ?? asks(source, claimedScope(event, extra), false);
}

/** Evaluates a condition; `doubt` says whether not knowing asks too. */
function asks(source: string, scope: Scope, doubt: boolean): string | undefined {
  try {
    const result = evaluateCondition(parseExpression(source), scope);
    if (result.status === "value")
      return result.value === true ? (doubt ? "it holds" : "it holds by what the sender says") : undefined;
    if (!doubt) return undefined;
    return result.status === "unknown"
      ? `${result.names.join(", ")} unknown`
      : `it cannot be evaluated: ${result.message}`;
  } catch (error) {
    // A condition that no longer parses must ask rather than stop the run.
    if (error instanceof PolicyError) return doubt ? `it cannot be evaluated: ${error.message}` : undefined;
    throw error;
  }
}
