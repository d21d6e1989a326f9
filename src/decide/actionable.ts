import type { PolicyEvent } from "../core/event.ts";
import type { Json, JsonObject } from "../core/json.ts";

/** Finding states that start runs (DESIGN 7.12); a state that is absent does not stand in the way. */
const wanted: readonly { readonly name: string; readonly values: readonly string[] }[] = [
  { name: "workflow_status", values: ["NEW", "NOTIFIED"] },
  { name: "record_state", values: ["ACTIVE"] },
  { name: "compliance_status", values: ["FAILED"] },
];

/**
 * Whether a finding's state calls for anything: NEW or NOTIFIED, ACTIVE, FAILED. A person's request (a Security Hub
 * custom action, a slash command) is always acted on.
 */
export function isActionable(event: PolicyEvent): { actionable: boolean; reason: string } {
  if (event.requestedBy !== undefined) return { actionable: true, reason: "a person asked for it" };
  const violation = (event.violation ?? {}) as unknown as JsonObject;
  for (const { name, values } of wanted) {
    const state: Json | undefined = violation[name];
    if (state === undefined || state === null) continue;
    if (typeof state !== "string" || !values.includes(state.toUpperCase()))
      return { actionable: false, reason: `${name} is ${JSON.stringify(state)}, not ${values.join(" or ")}` };
  }
  return { actionable: true, reason: "the finding is open" };
}
