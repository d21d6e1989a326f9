import { coerceError, hasCode } from "../core/errors.ts";
import { readIntent } from "../store/intents.ts";
import { actionRunId, contextFor, definitionOf } from "./action-run.ts";
import type { Driving, EngineParts } from "./engine.ts";
import type { RunCore, RunEvent } from "./state.ts";

/** Failed actions are rolled back within 30 seconds (remediation seed); slower is paged. */
const rollbackTimeoutMs = 30_000;
const pausesMs = [500, 2_000, 5_000];

/** Restore what stood before an effect, from the snapshot that was committed before it. A second call is a no-op by the action's contract. */
export async function performRollback(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: string,
): Promise<RunEvent> {
  const at = () => parts.clock.now().toISOString();
  const intent = await readIntent(parts.store.engine, actionRunId(run.id, node));
  if (!intent) return { type: "rollback_failed", at: at(), node, message: "no snapshot was recorded" };
  const { step } = intent;
  if (!step.plan.rollbackPlan.available)
    return {
      type: "rollback_failed",
      at: at(),
      node,
      message: step.plan.rollbackPlan.reason ?? "this action cannot be rolled back",
    };
  const definition = definitionOf(parts, step.action);
  for (let tried = 0; ; tried++) {
    try {
      const context = contextFor(parts, run, driving, node, step.parameters, definition, rollbackTimeoutMs);
      const result = await definition.rollback(context, step.plan);
      return result.status === "success"
        ? { type: "rolled_back", at: at(), node, message: result.message }
        : { type: "rollback_failed", at: at(), node, message: result.message };
    } catch (thrown) {
      const pause = pausesMs[tried];
      const passing = hasCode(thrown, "provider_throttled", "provider_unknown");
      if (!passing || pause === undefined || driving.signal.aborted)
        return { type: "rollback_failed", at: at(), node, message: coerceError(thrown).message };
      await parts.clock.sleep(pause, driving.signal);
    }
  }
}
