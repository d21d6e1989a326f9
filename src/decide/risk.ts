import type { PolicyEvent } from "../core/event.ts";
import type { JsonObject } from "../core/json.ts";
import { highestLevel, type Level } from "../core/level.ts";
import type { Settings } from "../workflow/settings.ts";

/**
 * `risk_level`: the highest of the finding's severity, the threat's score by the table in `settings.risk.scores`, the
 * entity's risk, and every fact of `settings.risk.facts` that is true, whoever says so (DESIGN 7.2: claims can raise).
 * @returns undefined when nothing says anything about risk.
 */
export function riskOf(event: PolicyEvent, facts: JsonObject, settings: Settings): Level | undefined {
  const levels: Level[] = [];
  if (event.violation !== undefined) levels.push(event.violation.severity);
  if (event.threat !== undefined) {
    levels.push(levelOfScore(event.threat.score, settings));
    if (event.threat.entity.risk !== undefined) levels.push(event.threat.entity.risk);
  }
  for (const [fact, level] of Object.entries(settings.risk.facts)) {
    if (facts[fact] === true || event.facts[fact] === true) levels.push(level);
  }
  return levels.length === 0 ? undefined : highestLevel(...levels);
}

/** The level of a threat score from 0 to 10. */
function levelOfScore(score: number, settings: Settings): Level {
  const { MEDIUM, HIGH, CRITICAL } = settings.risk.scores;
  if (score >= CRITICAL) return "CRITICAL";
  if (score >= HIGH) return "HIGH";
  return score >= MEDIUM ? "MEDIUM" : "LOW";
}
