import { resourceOf, type PolicyEvent } from "../core/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";

/*
 * Facts and how far each is trusted (DESIGN 7.2). Three tiers: what we read from the provider ourselves, what the finding
 * says, what the sender claims beside it. Higher tiers win; a claim can raise risk and never lower it, which `gate.ts`
 * does by asking the claims as a second opinion.
 */

/** Facts of the finding under the bare names that conditions use. */
export function findingFacts(event: PolicyEvent): JsonObject {
  const facts: Record<string, Json> = {};
  for (const part of [event.violation, event.scan] as readonly unknown[]) {
    if (!isJsonObject(part)) continue;
    for (const [name, value] of Object.entries(part)) if (isPlain(value)) facts[name] = value;
  }
  delete facts["id"];
  const resource = resourceOf(event);
  if (event.violation !== undefined) facts["policy_name"] = event.violation.policy.name;
  if (resource?.type !== undefined) facts["resource_type"] = resource.type;
  if (event.threat !== undefined) {
    facts["threat_score"] = event.threat.score;
    if (event.threat.entity.risk !== undefined) facts["entity_risk"] = event.threat.entity.risk;
    if (event.threat.entity.type !== undefined) facts["entity_type"] = event.threat.entity.type;
  }
  return facts;
}

/** A value that is a fact by itself: a scalar or a list of scalars. */
function isPlain(value: Json | undefined): value is Json {
  if (value === undefined) return false;
  return Array.isArray(value)
    ? value.every((item: Json) => item === null || typeof item !== "object")
    : !isJsonObject(value);
}

/** Tags among facts read from the provider: `tags`, or `resource.tags`. Undefined when no tags were read. */
export function tagsRead(facts: JsonObject | undefined): JsonObject | undefined {
  const resource = facts?.["resource"];
  const tags = facts?.["tags"] ?? (isJsonObject(resource) ? resource["tags"] : undefined);
  return isJsonObject(tags) ? tags : undefined;
}

/** What tags say of the environment: the words of the Environment and env tags; empty when there are none. */
export function environmentsIn(tags: JsonObject | undefined): readonly string[] {
  if (tags === undefined) return [];
  return Object.entries(tags)
    .filter(([key]) => /^(?:environment|env)$/i.test(key))
    .flatMap(([, value]) => (typeof value === "string" && value.trim() !== "" ? [value.trim()] : []));
}

/** `prod`, `production`, and their variants such as `prod-eu`: the stricter reading of a doubtful word. */
function isProduction(environment: string): boolean {
  return /^prod(?:uction)?(?![a-z])/i.test(environment);
}

export type Environment =
  | { readonly status: "production" | "other"; readonly name: string; readonly because: string }
  | { readonly status: "unknown"; readonly because: string };

/**
 * Which environment the finding's resource is in, judged safely (DESIGN 7.6, A22): anybody may say that it is
 * production; that it is not, only tags we read ourselves may say, or before reading the finding's own.
 * @param read facts read from the provider; undefined before reading.
 */
export function environmentOf(event: PolicyEvent, read: JsonObject | undefined): Environment {
  const found = environmentsIn(resourceOf(event)?.tags);
  const trusted = read === undefined ? found : [...environmentsIn(tagsRead(read)), ...named(read)];
  const source = read === undefined ? "the finding's tags" : "the tags read from the provider";
  const production = trusted.find(isProduction);
  if (production !== undefined)
    return { status: "production", name: production, because: `environment is ${production}` };
  const claimed = [...found, ...named(event.facts)].find(isProduction);
  if (claimed !== undefined)
    return { status: "production", name: claimed, because: `the sender says the environment is ${claimed}` };
  const [other] = trusted;
  if (other !== undefined) return { status: "other", name: other, because: `environment is ${other} by ${source}` };
  return { status: "unknown", because: `environment is unknown: ${source} do not name it` };
}

/** Environments that facts name directly: `environment`, `bucket_environment`, … */
function named(facts: JsonObject): readonly string[] {
  return Object.entries(facts).flatMap(([name, value]) =>
    /^(?:.*_)?environment$/.test(name) && typeof value === "string" && value.trim() !== "" ? [value.trim()] : [],
  );
}
