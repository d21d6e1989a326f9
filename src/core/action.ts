import type { z } from "zod";
import type { Clock } from "./clock.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Level } from "./level.ts";
import type { Messages } from "./ports.ts";

/* The action executor interface of the remediation seed, with the seed's names and result fields. */

export const actionTypes = [
  "credential_rotation",
  "access_quarantine",
  "network_isolation",
  "permission_reduction",
  "deception_deployment",
  "notification",
] as const;
export type ActionType = (typeof actionTypes)[number];

/** Seed: immediate < 30 s, high < 2 min, medium < 10 min, low < 1 h. */
export const priorityDeadlineMs = { immediate: 30_000, high: 120_000, medium: 600_000, low: 3_600_000 } as const;
export type Priority = keyof typeof priorityDeadlineMs;

export interface RollbackPlan {
  readonly available: boolean;
  readonly estimated_duration_ms: number;
  readonly rollback_actions: readonly string[];
  /** Why there is no way back, said before anybody approves. */
  readonly reason?: string;
}

export interface PlanTarget {
  readonly provider: string;
  readonly account: string;
  readonly region: string;
  /** ARN or other full identity of what would change. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

/** One line of the before/after table on the card. */
export interface PlanChange {
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

/** What an action would change, read from the provider and nothing else. */
export interface ActionPlan {
  readonly targets: readonly PlanTarget[];
  /** Exact state the rollback needs and the digest binds; JSON only. */
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly changes: readonly PlanChange[];
  /** False when the target is already as wanted: the step is then recorded as done without an effect. */
  readonly changesSomething: boolean;
  readonly blastRadius: readonly string[];
  readonly missingPermissions: readonly string[];
  readonly rollbackPlan: RollbackPlan;
  /** Facts read from the provider (tags, exposure): the most trusted facts there are. */
  readonly facts: JsonObject;
}

export interface ActionContext<P = unknown> {
  readonly params: P;
  readonly tenantId: string;
  readonly runId: string;
  /** Stable over all attempts: provider idempotency keys and notice keys derive from it. */
  readonly actionRunId: string;
  /** The account and region the finding names; the action refuses another one. */
  readonly account?: string;
  readonly region?: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly messages: Messages;
  /** Provider clients, made from configuration by the composition root. */
  readonly connectors: Connectors;
}

/** Filled by `act/connectors`: the contract only knows that there is one object per provider. */
export interface Connectors {
  readonly aws?: unknown;
}

export interface ActionResult {
  readonly status: "success" | "failed";
  readonly message: string;
  readonly affected_systems: readonly string[];
  readonly output?: JsonObject;
}
export interface ValidationResult {
  readonly valid: boolean;
  readonly reasons: readonly string[];
}
export interface VerifyResult {
  readonly status: "success" | "failed";
  readonly message: string;
  /** What was read as proof. */
  readonly evidence: JsonObject;
}
export interface RollbackResult {
  readonly status: "success" | "failed" | "refused";
  readonly message: string;
}

/** An action as its folder exports it; `act/define-action.ts` makes one. */
export interface ActionDefinition<P = unknown> {
  readonly name: string;
  readonly description: string;
  readonly type: ActionType;
  readonly priority: Priority;
  readonly impact: Level;
  /** False for actions that only tell people: they are not planned, approved, verified or rolled back. */
  readonly changesSomething: boolean;
  readonly params: z.ZodType<P>;
  /** Milliseconds an execution normally takes. */
  readonly estimatedDuration: number;
  plan(context: ActionContext<P>): Promise<ActionPlan>;
  validate(context: ActionContext<P>, plan: ActionPlan): Promise<ValidationResult>;
  execute(context: ActionContext<P>, plan: ActionPlan): Promise<ActionResult>;
  verify(context: ActionContext<P>, plan: ActionPlan): Promise<VerifyResult>;
  /** Restores `plan.before`; refuses when somebody changed the target since; a second call is a no-op. */
  rollback(context: ActionContext<P>, plan: ActionPlan): Promise<RollbackResult>;
}

/** What lint and dry run need to know of an action, without the power to run it. */
export interface ActionFacts {
  readonly name: string;
  readonly changesSomething: boolean;
  readonly impact: Level;
  readonly params: z.ZodType;
  readonly type: ActionType;
  /** False for an action that a document may name but that has no folder in `act/`: a live start is refused. */
  readonly installed: boolean;
}
