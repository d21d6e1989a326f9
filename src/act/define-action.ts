import type { z } from "zod";
import type { ActionContext, ActionDefinition, ActionPlan, ActionType, Priority } from "../core/action.ts";
import { priorityDeadlineMs } from "../core/action.ts";
import { PolicyError } from "../core/errors.ts";
import type { Level } from "../core/level.ts";

interface Described<P> {
  readonly name: string;
  readonly description: string;
  readonly type: ActionType;
  readonly priority: Priority;
  readonly impact: Level;
  /** A `z.strictObject`: an unknown key is an error, not a wish that is ignored. */
  readonly params: z.ZodType<P>;
  /** Milliseconds an execution normally takes; below the deadline of the priority. */
  readonly estimatedDuration: number;
}
type Functions<P> = Pick<ActionDefinition<P>, "plan" | "validate" | "execute" | "verify" | "rollback">;

/** An action that changes the world: every function of the contract is its own. */
export interface ChangingAction<P> extends Described<P>, Functions<P> {
  readonly changesSomething: true;
}
/** An action that only tells people: nothing to plan, verify or roll back. */
export interface TellingAction<P> extends Described<P>, Pick<Functions<P>, "execute"> {
  readonly changesSomething: false;
}

const made = new WeakSet<object>();
const namePattern = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/**
 * Makes an action as the catalogue accepts it: frozen, and rejecting at once when the signal of its context is aborted.
 * Seed "Action Executor Interface"; priorities "immediate < 30 s, high < 2 min, medium < 10 min, low < 1 h".
 * @throws PolicyError `bad_config` when the name is not snake_case or the estimate does not fit the priority's deadline.
 */
export function defineAction<P>(definition: ChangingAction<P> | TellingAction<P>): ActionDefinition<P> {
  const { name, priority, estimatedDuration } = definition;
  if (!namePattern.test(name)) throw new PolicyError("bad_config", `action name ${name} is not snake_case`);
  const deadline = priorityDeadlineMs[priority];
  if (!(estimatedDuration >= 0 && estimatedDuration <= deadline))
    throw new PolicyError(
      "bad_config",
      `action ${name}: ${estimatedDuration} ms do not fit priority ${priority} (${deadline} ms)`,
    );
  const functions = definition.changesSomething ? definition : tellingFunctions(definition);
  const action = Object.freeze({ ...definition, ...guarded(functions) });
  made.add(action);
  return action;
}

/** Whether a value was made by `defineAction`. */
export function isAction(value: unknown): value is ActionDefinition {
  return typeof value === "object" && value !== null && made.has(value);
}

/** Uniform for all actions: whoever stopped a run must not see it begin another call. */
function guarded<P>(functions: Functions<P>): Functions<P> {
  const checked = <R>(call: (context: ActionContext<P>, plan: ActionPlan) => Promise<R>) => {
    return async (context: ActionContext<P>, plan: ActionPlan): Promise<R> => {
      context.signal.throwIfAborted();
      return call(context, plan);
    };
  };
  return {
    plan: async (context) => {
      context.signal.throwIfAborted();
      return functions.plan(context);
    },
    validate: checked((context, plan) => functions.validate(context, plan)),
    execute: checked((context, plan) => functions.execute(context, plan)),
    verify: checked((context, plan) => functions.verify(context, plan)),
    rollback: checked((context, plan) => functions.rollback(context, plan)),
  };
}

function tellingFunctions<P>(definition: TellingAction<P>): Functions<P> {
  const nothing: ActionPlan = {
    targets: [],
    before: {},
    after: {},
    changes: [],
    changesSomething: false,
    blastRadius: [],
    missingPermissions: [],
    rollbackPlan: {
      available: false,
      estimated_duration_ms: 0,
      rollback_actions: [],
      reason: "what people were told cannot be untold",
    },
    facts: {},
  };
  return {
    plan: async () => nothing,
    validate: async () => ({ valid: true, reasons: [] }),
    execute: (context, plan) => definition.execute(context, plan),
    verify: async () => ({
      status: "success",
      message: "nothing to verify: this action only tells people",
      evidence: {},
    }),
    rollback: async () => ({ status: "success", message: "nothing to roll back: this action only tells people" }),
  };
}
