import type { PlanChange, PlanTarget, RollbackPlan } from "../core/action.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { RunState, StepStatus } from "../core/run.ts";

/*
 * What a simulated run tells: plain data, the answer of `workflow test --format json`. Names are the file format's and
 * stay as they are.
 */

export interface TracedCondition {
  readonly name: string;
  /** Absent for a condition of `required_for`, which is an expression. */
  readonly expected?: Json;
  /** Absent when the event does not say. */
  readonly actual?: Json;
  readonly holds: boolean;
  readonly why?: string;
}

export interface TracedPlan {
  /** False when nothing was read: everything the provider would tell is then unknown. */
  readonly read: boolean;
  /** What a real plan would read, when it was not read. */
  readonly would_read?: string;
  readonly targets: readonly PlanTarget[];
  readonly changes: readonly PlanChange[];
  readonly changes_something: boolean;
  readonly blast_radius: readonly string[];
  readonly missing_permissions: readonly string[];
  readonly rollback_plan?: RollbackPlan;
}

export interface TracedStep {
  readonly node: string;
  readonly name: string;
  readonly kind: string;
  readonly action?: string;
  /** What the step would end as; effects, proofs and messages are assumed to succeed. */
  readonly status: StepStatus | "not_reached";
  /** True when what the status says was assumed and not done. */
  readonly assumed?: boolean;
  readonly conditions?: readonly TracedCondition[];
  readonly parameters?: JsonObject;
  readonly plan?: TracedPlan;
  readonly output?: JsonObject;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface TracedApproval {
  readonly node: string;
  readonly impact: string;
  readonly because: readonly string[];
  readonly stages: readonly { readonly name: string; readonly roles: readonly string[]; readonly required: number }[];
  readonly timeout_ms: number;
  readonly escalation?: { readonly after_ms: number; readonly roles: readonly string[] };
  readonly told_when_expired: readonly string[];
  readonly answer: "approved" | "denied" | "expired";
  /** True when the answer was not given but assumed, so that the rest can be shown. */
  readonly assumed: boolean;
}

/** Something people would see in Slack. */
export interface TracedPost {
  /** A kind of notice: card, progress, milestone, message, … */
  readonly kind: string;
  readonly where: "channel" | "thread";
  readonly node?: string;
  readonly parameters?: JsonObject;
  readonly payload?: Readonly<Record<string, unknown>>;
}

export interface Trace {
  readonly workflow: {
    readonly name: string;
    readonly version: string;
    readonly file: string;
    readonly digest: string;
  };
  readonly event: {
    readonly key: string;
    readonly type: string;
    readonly format: string;
    readonly title: string;
    readonly sender: string;
    readonly scopes: readonly string[];
  };
  readonly mode: "dry-run" | "read";
  readonly trigger: {
    readonly starts: boolean;
    /** Why it does not start, beside the conditions. */
    readonly reason?: string;
    readonly conditions: readonly TracedCondition[];
  };
  readonly steps: readonly TracedStep[];
  readonly approvals: readonly TracedApproval[];
  readonly posts: readonly TracedPost[];
  /** The nodes in the order they were worked on. */
  readonly path: readonly string[];
  readonly state: RunState | "not_started";
  readonly reason?: string;
  /** What the run's debug log would say: missing facts, actions that are not installed. */
  readonly notes: readonly string[];
}
