import { z } from "zod";
import { NativeEvent, resourceOf, type PolicyEvent } from "../core/event.ts";
import { newId } from "../core/identifiers.ts";
import { digest, type Json, type JsonObject } from "../core/json.ts";
import { checked, isoTime, shortKey } from "./checked.ts";
import type { NormaliseContext } from "./normalise.ts";

/** Facts come out of the strict reader and are JSON already; checking every nested value again costs seconds on a full body. */
const trustedJson = z.custom<Json>(() => true);
const schema = NativeEvent.extend({ facts: z.record(z.string(), trustedJson).optional() }).superRefine(
  (event, context) => {
    for (const [prefix, part] of [
      ["policy.violation.", "violation"],
      ["threat.", "threat"],
      ["scan.", "scan"],
    ] as const)
      if (event.event_type.startsWith(prefix) && event[part] === undefined)
        context.addIssue({ code: "custom", path: [part], message: `${event.event_type} carries a ${part}` });
  },
);

const ownFields = new Set(Object.keys(NativeEvent.shape));

export function isNative(json: JsonObject): boolean {
  return "event_type" in json && !("detail-type" in json) && !("specversion" in json);
}

/** The event of CONTRACT. Fields we do not know are kept as facts, which can raise risk and never lower it. */
export function readNative(json: JsonObject, context: NormaliseContext): PolicyEvent {
  const event = checked(schema, json, [], "a native event") as NativeEvent;
  const { violation, threat, scan } = event;
  const fingerprint = fingerprintOf(event);
  if (violation?.detected_at !== undefined) isoTime(violation.detected_at, ["violation", "detected_at"]);
  const extra = Object.fromEntries(Object.entries(json).filter(([name]) => !ownFields.has(name)));
  return {
    id: newId(),
    tenantId: context.sender.tenantId,
    type: event.event_type,
    format: "native",
    // Without an id the same bytes again are the same event: a sender that repeats itself must not start a second run.
    key: event.event_id === undefined ? `sha256:${digest(json)}` : shortKey(event.event_id),
    ...(fingerprint === undefined ? {} : { fingerprint: shortKey(fingerprint) }),
    occurredAt:
      event.timestamp === undefined ? context.receivedAt.toISOString() : isoTime(event.timestamp, ["timestamp"]),
    ...(violation ? { violation } : {}),
    ...(threat ? { threat } : {}),
    ...(scan ? { scan } : {}),
    facts: { ...extra, ...event.facts },
    sender: context.sender,
  };
}

/** The problem itself, whatever id a scanner gives it today: the policy and the resource. */
function fingerprintOf(event: NativeEvent): string | undefined {
  if (event.violation) return `${event.violation.policy.name}|${event.violation.resource.id}`;
  if (event.threat) return `threat|${event.threat.entity.id}|${event.threat.id}`;
  const resource = resourceOf(event as Pick<PolicyEvent, "scan">);
  return resource === undefined ? undefined : `${event.event_type}|${resource.id}`;
}
