import { PolicyError } from "../core/errors.ts";
import type { PolicyEvent, Sender } from "../core/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { isAsff, readAsff } from "./asff.ts";
import { isEventBridge, readEventBridge } from "./eventbridge.ts";
import { knownFormat } from "./known-formats.ts";
import { isNative, readNative } from "./native.ts";

export interface NormaliseContext {
  /** Of the request, lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly sender: Sender;
  readonly receivedAt: Date;
  /** The `policies:` document: a control id or finding type → policy name. */
  readonly policyName: (controlOrType: string) => string | undefined;
}

/** `ignored`: we know what it is and nothing reads it; the reason is for the sender's eyes. */
export type NormaliseResult =
  { readonly events: readonly PolicyEvent[] } | { readonly ignored: string; readonly format: string };

const mostEvents = 1_000;

/**
 * A request's body, one event or an array of 1 to 1,000, as one result per element. All or nothing: the first fault is thrown.
 * @throws PolicyError as `normalise`, with the element's index in front of the path.
 */
export function normaliseAll(json: Json, context: NormaliseContext): readonly NormaliseResult[] {
  if (!Array.isArray(json)) return [normalise(json, context)];
  const elements = json as readonly Json[];
  if (elements.length === 0 || elements.length > mostEvents)
    throw new PolicyError("bad_input", `an array of ${elements.length} events; 1 to ${mostEvents} are taken at once`);
  return elements.map((element, index) => {
    try {
      return normalise(element, context);
    } catch (error) {
      throw error instanceof PolicyError ? atElement(error, index) : error;
    }
  });
}

/**
 * One outside event as our own. Its tenant is the credential's.
 * @throws PolicyError `unknown_format`; `bad_input` with path and hint for a known format that is broken; `tenant_mismatch`.
 */
export function normalise(json: Json, context: NormaliseContext): NormaliseResult {
  if (!isJsonObject(json)) throw new PolicyError("unknown_format", "an event is a JSON object", { hint: formatsHint });
  checkTenant(json, context.sender);
  if (isNative(json)) return { events: [readNative(json, context)] };
  if (isEventBridge(json)) return readEventBridge(json, context);
  if (isAsff(json)) return { events: [readAsff(json, context)] };
  const known = knownFormat(json);
  if (known) return known;
  throw new PolicyError("unknown_format", describeUnknown(json), { hint: formatsHint });
}

const formatsHint =
  "taken are the native event (event_type, violation, …), EventBridge envelopes (detail-type, detail) and bare ASFF findings";

/** Answers of list calls are the likeliest mistake: say what to do with them. */
function describeUnknown(json: JsonObject): string {
  const inside = isJsonObject(json["data"]) ? json["data"] : json;
  for (const name of ["Findings", "findings", "EvaluationResults"])
    if (Array.isArray(inside[name]))
      return `this is the answer of a list call: post the elements of ${name} as an array`;
  return "no known event format";
}

function checkTenant(json: JsonObject, sender: Sender): void {
  const claimed = json["tenant_id"];
  if (claimed !== undefined && claimed !== sender.tenantId)
    throw new PolicyError("tenant_mismatch", "tenant_id is not the tenant of the credential", {
      path: "/tenant_id",
      hint: "leave tenant_id out, or use that tenant's credential",
    });
}

function atElement(error: PolicyError, index: number): PolicyError {
  return new PolicyError(error.code, error.message, {
    path: `/${index}${error.path ?? ""}`,
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
