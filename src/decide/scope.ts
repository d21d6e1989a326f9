import { resourceOf, type PolicyEvent } from "../core/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { Scope } from "../expression/path.ts";
import { defaultSettings, type Settings } from "../workflow/settings.ts";
import { environmentsIn, findingFacts, tagsRead } from "./facts.ts";
import { riskOf } from "./risk.ts";
import { timeFacts } from "./time-facts.ts";

interface ScopeExtra {
  readonly runId?: string;
  /** Outputs of the steps so far, by step name. */
  readonly steps?: { readonly [step: string]: { readonly output?: JsonObject } };
  /** Read from the provider by ourselves: the most trusted facts. `tags` among them replace the finding's. */
  readonly trustedFacts?: JsonObject;
  /** ISO 8601; without it `now`, `time`, `business_hours` and `current_week` are unknown. */
  readonly now?: string;
  readonly settings?: Settings;
}

/** Which of the three tiers of facts a view of an event shows, and in which order they win (DESIGN 7.2). */
type View = "usual" | "without claims" | "claims first";

/**
 * The names that expressions and templates see: `violation`, `threat`, `scan`, `event`, `run`, `steps`, `resource`,
 * `facts`, `risk_level`, time, and every fact by its bare name. Provider-read facts win over the finding, the finding
 * over the sender's claims. Absent things are absent, so that they are unknown.
 */
export function scopeOf(event: PolicyEvent, extra: ScopeExtra = {}): Scope {
  return buildScope(event, extra, "usual");
}

/** The scope as only trusted sources make it: no claims, and tags from nobody but the provider once it was read. */
export function trustedScope(event: PolicyEvent, extra: ScopeExtra = {}): Scope {
  return buildScope(event, extra, "without claims");
}

/** The scope as the sender tells it: what it claims stands before everything else. Only ever used to raise. */
export function claimedScope(event: PolicyEvent, extra: ScopeExtra = {}): Scope {
  return buildScope(event, extra, "claims first");
}

function buildScope(event: PolicyEvent, extra: ScopeExtra, view: View): Scope {
  const settings = extra.settings ?? defaultSettings;
  const trusted = extra.trustedFacts ?? {};
  const claims = view === "without claims" ? {} : event.facts;
  const facts =
    view === "claims first"
      ? { ...findingFacts(event), ...trusted, ...claims }
      : { ...claims, ...findingFacts(event), ...trusted };
  const tags = tagsFor(event, extra, view);
  const resource = resourceScope(event, tags, facts);
  const risk = riskOf(event, facts, settings);
  return {
    ...facts,
    ...environmentFacts(tags, facts),
    ...(extra.now === undefined ? {} : timeFacts(extra.now, settings)),
    ...(risk === undefined ? {} : { risk_level: risk }),
    facts,
    ...findingScope(event, tags),
    ...(resource === undefined ? {} : { resource }),
    event: eventScope(event),
    run: extra.runId === undefined ? {} : { id: extra.runId },
    steps: stepsScope(extra.steps ?? {}),
  };
}

/** Once the provider was read its tags are the tags; the trusted view knows none rather than the finding's. */
function tagsFor(event: PolicyEvent, extra: ScopeExtra, view: View): JsonObject | undefined {
  const found = resourceOf(event)?.tags;
  if (view === "claims first") return { ...tagsRead(extra.trustedFacts), ...found };
  const read = tagsRead(extra.trustedFacts);
  if (view === "without claims" && extra.trustedFacts !== undefined) return read;
  return read ?? found;
}

function withTags(resource: JsonObject, tags: JsonObject | undefined): JsonObject {
  const rest = Object.fromEntries(Object.entries(resource).filter(([name]) => name !== "tags"));
  return tags === undefined ? rest : { ...rest, tags };
}

/** The resource itself, with plain facts beside it: `resource.contains_pii` reads the fact `contains_pii`. */
function resourceScope(event: PolicyEvent, tags: JsonObject | undefined, facts: JsonObject): JsonObject | undefined {
  const resource = resourceOf(event);
  if (resource === undefined) return undefined;
  const plain = Object.fromEntries(Object.entries(facts).filter(([, value]) => !isJsonObject(value)));
  return withTags({ ...plain, ...(resource as unknown as JsonObject) }, tags);
}

function findingScope(event: PolicyEvent, tags: JsonObject | undefined): JsonObject {
  const parts: Record<string, Json> = {};
  for (const name of ["violation", "threat", "scan"] as const) {
    const part = event[name] as unknown as JsonObject | undefined;
    if (part === undefined) continue;
    const resource = part["resource"];
    parts[name] = isJsonObject(resource) ? { ...part, resource: withTags(resource, tags) } : part;
  }
  return parts;
}

/** `environment` and `bucket_environment` (workflow seed), from the tags unless a fact says it; `prod` reads `production`. */
function environmentFacts(tags: JsonObject | undefined, facts: JsonObject): JsonObject {
  const [tagged] = environmentsIn(tags);
  const words = ["environment", "resource_environment", "bucket_environment"].flatMap((name) => {
    const word = Object.hasOwn(facts, name) ? facts[name] : tagged;
    return typeof word === "string" ? [[name, /^prod$/i.test(word) ? "production" : word.toLowerCase()] as const] : [];
  });
  return Object.fromEntries(words);
}

function eventScope(event: PolicyEvent): JsonObject {
  return {
    id: event.id,
    event_id: event.key,
    type: event.type,
    event_type: event.type,
    format: event.format,
    timestamp: event.occurredAt,
    tenant_id: event.tenantId,
    ...(event.requestedBy === undefined ? {} : { requested_by: event.requestedBy }),
  };
}

/** `steps.x.output` is what a script returned; for an action it is the action's whole output. */
function stepsScope(steps: NonNullable<ScopeExtra["steps"]>): JsonObject {
  return Object.fromEntries(
    Object.entries(steps).flatMap(([name, { output }]) =>
      output === undefined
        ? []
        : [[name, { ...output, output: Object.hasOwn(output, "output") ? output["output"]! : output }] as const],
    ),
  );
}
