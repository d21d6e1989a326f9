import type { ActionPlan, RollbackPlan } from "./action.ts";
import type { JsonObject } from "./json.ts";

export const runStates = [
  "pending",
  "running",
  "waiting",
  "rolling_back",
  "needs_attention",
  "succeeded",
  "failed",
  "denied",
  "expired",
  "cancelled",
  "rolled_back",
] as const;
export type RunState = (typeof runStates)[number];

/** States after which nothing moves any more. */
const finishedStates = [
  "succeeded",
  "failed",
  "denied",
  "expired",
  "cancelled",
  "rolled_back",
] as const satisfies readonly RunState[];
export function isFinished(state: RunState): boolean {
  return (finishedStates as readonly RunState[]).includes(state);
}

export const stepStatuses = [
  "pending",
  "running",
  "waiting",
  "succeeded",
  "failed",
  "skipped",
  "unknown",
  "rolled_back",
  "rollback_failed",
] as const;
export type StepStatus = (typeof stepStatuses)[number];

/** A node's execution in a run, as stored and as shown. Times are ISO 8601. */
export interface StepRecord {
  readonly node: string;
  readonly name: string;
  readonly kind: string;
  readonly action?: string;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly output?: JsonObject;
  readonly error?: { readonly code: string; readonly message: string };
}

/** One changing step of a plan: what the digest covers, plus what the card shows beside it. */
export interface PlannedStep {
  readonly node: string;
  readonly name: string;
  readonly action: string;
  readonly parameters: JsonObject;
  readonly plan: ActionPlan;
  /** Digest over action, account, region, parameters, targets, before, after and rollback; never blast radius, permissions, durations or times. */
  readonly digest: string;
}

export type RunKind = "workflow" | "undo";

/** A run as pages, cards, the API and the command line show it. */
export interface RunView {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: RunKind;
  readonly workflow: string;
  readonly workflowDigest: string;
  readonly state: RunState;
  readonly reason?: string;
  readonly parentRunId?: string;
  /** The undo run of this one, when there is one. */
  readonly undoRunId?: string;
  readonly undoState?: RunState;
  /** Whether something was changed that can be put back. */
  readonly undoable: boolean;
  readonly requesterPersonId?: string;
  readonly requesterSlackId?: string;
  readonly title: string;
  readonly severity?: string;
  readonly impact?: string;
  readonly policyName?: string;
  readonly resource?: {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly account: string;
    readonly region: string;
  };
  readonly environment?: string;
  readonly steps: readonly StepRecord[];
  readonly plan: readonly PlannedStep[];
  readonly rollbackPlan?: RollbackPlan;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly finishedAt?: string;
  readonly notes: readonly string[];
}
