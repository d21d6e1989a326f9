import type { PolicyEvent } from "../core/event.ts";
import type { WorkflowDefinition } from "../core/graph.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Scope } from "../expression/path.ts";
import { equals } from "../expression/value.ts";
import { scopeOf } from "./scope.ts";

interface MatchedCondition {
  /** The condition's name; `event` for the trigger's event type. */
  readonly name: string;
  readonly expected: Json;
  /** Undefined when the event does not say. */
  readonly actual: Json | undefined;
  readonly holds: boolean;
}

/**
 * Whether an event starts a workflow (DESIGN 7.1): its type is the trigger's and every condition matches. A list means
 * any of; against a list value, any common element. Every condition is answered, for `workflow debug`.
 */
export function matchWorkflow(
  event: PolicyEvent,
  workflow: WorkflowDefinition,
): { matches: boolean; conditions: MatchedCondition[] } {
  const { trigger } = workflow;
  const conditions: MatchedCondition[] = [
    { name: "event", expected: trigger.event ?? null, actual: event.type, holds: event.type === trigger.event },
  ];
  // The type decides for nearly every workflow: only then is it worth looking at the event's contents.
  const facts = trigger.conditions.length === 0 ? {} : factsOf(event);
  for (const { fact, expected } of trigger.conditions) conditions.push(matchFact(fact, expected, facts));
  return { matches: conditions.every((condition) => condition.holds), conditions };
}

/** One event is asked against every workflow: its scope is built once. Events never change after they are read. */
const scopes = new WeakMap<PolicyEvent, Scope>();

function factsOf(event: PolicyEvent): Scope {
  const known = scopes.get(event) ?? scopeOf(event);
  scopes.set(event, known);
  return known;
}

/** One `name: expected` entry against the facts of a scope. */
export function matchFact(name: string, expected: Json, facts: JsonObject): MatchedCondition {
  const actual = Object.hasOwn(facts, name) ? facts[name] : undefined;
  return { name, expected, actual, holds: actual !== undefined && overlaps(expected, actual) };
}

function overlaps(expected: Json, actual: Json): boolean {
  const wanted: readonly Json[] = Array.isArray(expected) ? expected : [expected];
  const given: readonly Json[] = Array.isArray(actual) ? actual : [actual];
  return wanted.some((want) => given.some((value) => typeof want === typeof value && equals(want, value)));
}
