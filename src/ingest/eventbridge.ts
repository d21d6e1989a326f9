import { z } from "zod";
import type { PolicyEvent } from "../core/event.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import { readAsff } from "./asff.ts";
import { checked, shortKey } from "./checked.ts";
import type { NormaliseContext, NormaliseResult } from "./normalise.ts";

const text = z.string().min(1).max(2048);
const Envelope = z.looseObject({
  id: text.optional(),
  source: text.optional(),
  account: text.optional(),
  "detail-type": text,
  detail: z.looseObject({}),
});
type Envelope = z.infer<typeof Envelope>;

const findings = z.array(z.looseObject({})).min(1, "the event names no finding").max(100);
const Imported = z.looseObject({ findings });
const CustomAction = z.looseObject({ findings, actionName: text });

export function isEventBridge(json: JsonObject): boolean {
  return typeof json["detail-type"] === "string" && isJsonObject(json["detail"]);
}

/** Security Hub's findings are read; every other envelope is known and left alone. */
export function readEventBridge(json: JsonObject, context: NormaliseContext): NormaliseResult {
  const envelope = checked(Envelope, json, [], "an EventBridge event");
  if (envelope.source === undefined || envelope.source === "aws.securityhub") {
    if (envelope["detail-type"] === "Security Hub Findings - Imported") return readImported(json, context);
    if (envelope["detail-type"] === "Security Hub Findings - Custom Action")
      return readCustomAction(envelope, json, context);
  }
  const from = envelope.source ?? "an unnamed source";
  return {
    ignored: `EventBridge event ${quote(envelope["detail-type"])} of ${quote(from)} is known, and no workflow reads it`,
    format: `eventbridge.${from}`.slice(0, 200),
  };
}

const quote = (text: string) => `“${text.slice(0, 100)}”`;

function readImported(json: JsonObject, context: NormaliseContext): NormaliseResult {
  const { detail } = checked(z.looseObject({ detail: Imported }), json, [], "a Security Hub event");
  return { events: readFindings(detail.findings as JsonObject[], context) };
}

/**
 * Somebody marked findings in the console and pressed a button: a request, whatever state the findings are in. Each press is its own
 * event, so the envelope's id is part of the key. AWS does not say who pressed.
 */
function readCustomAction(envelope: Envelope, json: JsonObject, context: NormaliseContext): NormaliseResult {
  const { detail } = checked(z.looseObject({ detail: CustomAction }), json, [], "a Security Hub custom action");
  const events = readFindings(detail.findings as JsonObject[], context).map((event) => ({
    ...event,
    key: shortKey(`${envelope.id ?? "no-id"}/${event.key}`),
    requestedBy: `security-hub:${envelope.account ?? "unknown"}:${detail.actionName}`,
  }));
  return { events };
}

function readFindings(found: readonly JsonObject[], context: NormaliseContext): readonly PolicyEvent[] {
  return found.map((finding, index) =>
    readAsff(finding, context, { path: ["detail", "findings", index], format: "eventbridge.securityhub" }),
  );
}
