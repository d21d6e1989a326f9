import type { PolicyEvent } from "../core/event.ts";
import type { JsonObject } from "../core/json.ts";
import { highestLevel, type Level } from "../core/level.ts";
import { environmentOf } from "./facts.ts";

export interface Impact {
  readonly level: Level;
  /** The parts that make the level, in words. */
  readonly because: readonly string[];
}

/**
 * DESIGN 7.3: the highest of the actions' impact, the entity's risk and the business impact; production is HIGH, an
 * unknown environment counts as HIGH, any other is LOW.
 * @param read facts read from the provider; undefined before reading (the answer is then provisional).
 */
export function impactOf(
  event: PolicyEvent,
  actions: readonly { readonly impact: Level }[],
  read: JsonObject | undefined,
): Impact {
  const environment = environmentOf(event, read);
  const parts: { readonly level: Level; readonly because: string }[] = [
    ...actions.map(({ impact }) => ({ level: impact, because: `an action of ${impact.toLowerCase()} impact` })),
    { level: environment.status === "other" ? "LOW" : "HIGH", because: environment.because },
  ];
  const risk = event.threat?.entity.risk;
  if (risk !== undefined) parts.push({ level: risk, because: `entity risk is ${risk}` });
  const level = highestLevel(...parts.map((part) => part.level));
  return { level, because: [...new Set(parts.filter((part) => part.level === level).map((part) => part.because))] };
}
