import { z } from "zod";
import type { JsonObject } from "./json.ts";

/*
 * The native event of CONTRACT: every outside format is turned into this one. Names stay snake_case because
 * templates and conditions of the seeds read them (`violation.resource.name`, `violation.detected_at`).
 */

const text = z.string().min(1).max(2048);

export const EventResource = z.looseObject({
  id: text,
  name: text.optional(),
  type: text.optional(),
  account_id: z
    .string()
    .regex(/^\d{12}$/, "an AWS account id is a string of 12 digits")
    .optional(),
  region: text.optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
export type EventResource = z.infer<typeof EventResource>;

export const Violation = z.looseObject({
  id: text,
  policy: z.looseObject({ name: text }),
  severity: z.enum(["LOW", "MEDIUM", "HIGH", "CRITICAL"]),
  categories: z.array(text).max(64).optional(),
  detected_at: text.optional(),
  title: text.optional(),
  control_id: text.optional(),
  resource: EventResource,
});
export type Violation = z.infer<typeof Violation>;

export const Threat = z.looseObject({
  id: text,
  score: z.number().min(0).max(10),
  entity: z.looseObject({
    id: text,
    type: text.optional(),
    risk: z.enum(["LOW", "MEDIUM", "HIGH", "CRITICAL"]).optional(),
  }),
  recommended_actions: z.array(text).max(32).optional(),
  resource: EventResource.optional(),
});
export type Threat = z.infer<typeof Threat>;

export const Scan = z.looseObject({
  data_classification: z.union([text, z.array(text)]).optional(),
  exposure_level: text.optional(),
  resource: EventResource.optional(),
});
export type Scan = z.infer<typeof Scan>;

export const NativeEvent = z.looseObject({
  event_type: z
    .string()
    .regex(
      /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/,
      "an event type is dotted lower case, such as policy.violation.created",
    ),
  event_id: text.optional(),
  timestamp: text.optional(),
  tenant_id: text.optional(),
  violation: Violation.optional(),
  threat: Threat.optional(),
  scan: Scan.optional(),
  facts: z.record(z.string(), z.json()).optional(),
});
export type NativeEvent = z.infer<typeof NativeEvent>;

/** Who sent an event and what its credential may do (CONTRACT: scopes). */
export interface Sender {
  readonly name: string;
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
}
export const scopes = ["events", "act", "read", "operate"] as const;
export type Scope = (typeof scopes)[number];

/** An event as the product stores it, whatever format it came in. */
export interface PolicyEvent {
  readonly id: string;
  readonly tenantId: string;
  readonly type: string;
  /** The format it came in: native, asff, eventbridge.securityhub, … */
  readonly format: string;
  /** De-duplication within (tenant, format): event_id, EventBridge id, ASFF Id+UpdatedAt. */
  readonly key: string;
  /** Identity of the problem itself, stable over updates: finding id, or policy and resource. Absent when the event names no problem. */
  readonly fingerprint?: string;
  readonly occurredAt: string;
  readonly violation?: Violation;
  readonly threat?: Threat;
  readonly scan?: Scan;
  /** What the sender claims beside the finding; can raise risk, never lower it. */
  readonly facts: JsonObject;
  readonly sender: Sender;
  /** The person behind the event, when there is one (slash command, Security Hub custom action). */
  readonly requestedBy?: string;
}

/** The resource an event is about, wherever the event keeps it. */
export function resourceOf(event: Pick<PolicyEvent, "violation" | "threat" | "scan">): EventResource | undefined {
  return event.violation?.resource ?? event.threat?.resource ?? event.scan?.resource;
}
