import type { ActionResult } from "../core/action.ts";
import type { AuditDraft } from "../core/audit-entry.ts";
import type { Graph } from "../core/graph.ts";
import type { JsonObject } from "../core/json.ts";
import type { NoticeInsert } from "../core/notice.ts";
import type { ApprovalRequest } from "../core/ports.ts";
import type { PlannedStep, RunKind, RunState, StepRecord } from "../core/run.ts";

/*
 * The state of a run as plain data: what `transition` reads and makes. Everything the engine must not lose is here,
 * because this is what a commit writes and what a successor of a dead worker starts from.
 */

/** Where a token stands at its node. */
export type Phase =
  /** The node's work is still to be done. */
  | "ready"
  /** A gate that knows its plan and must ask people. */
  | "asking"
  /** Waiting for a signal: a decision, a delivery. */
  | "waiting"
  /** An intent is committed; the effect may or may not have happened. */
  | "intended"
  /** A rollback's intent is committed. */
  | "restoring";

export interface Token {
  readonly node: string;
  readonly phase: Phase;
  /** Tries of this node so far. */
  readonly attempt: number;
  /** Not before this instant (backoff), ISO 8601. */
  readonly notBefore?: string;
  /** The request or notice that is waited for. */
  readonly waitsFor?: string;
}

/** What the finding is about, kept for cards and lists. */
export interface RunSubject {
  readonly title: string;
  readonly severity?: string;
  readonly policyName?: string;
  readonly highRisk?: boolean;
  readonly resource?: {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly account: string;
    readonly region: string;
  };
}

/** An effect that happened: what a rollback undoes, newest first. */
export interface Effect {
  readonly node: string;
  readonly action: string;
  readonly actionRunId: string;
  readonly undone?: boolean;
}

export interface RunData {
  /** Every node that does something, in the order of the graph: what lists and progress show. */
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: string;
    readonly action?: string;
  }[];
  /** When the run was started: what `now` means in its templates, so that a plan read twice is the same plan. */
  readonly startedAt: string;
  readonly tokens: readonly Token[];
  readonly steps: { readonly [node: string]: StepRecord };
  readonly subject: RunSubject;
  /** Facts that we read or evaluated ourselves. */
  readonly facts: JsonObject;
  readonly plan: readonly PlannedStep[];
  readonly planDigest?: string;
  readonly impact?: string;
  /** Why people are asked, or why not; for the card. */
  readonly because: readonly string[];
  readonly request?: Pick<ApprovalRequest, "stages" | "timeoutMs" | "escalation" | "expiryRoles" | "owner">;
  readonly approvalId?: string;
  /** How many requests this run's gate has made. */
  readonly revision: number;
  readonly effects: readonly Effect[];
  readonly notes: readonly string[];
  /** The state to end in once everything is rolled back. */
  readonly endsAs?: RunState;
  /** Whether this run has a card: without one its milestones have no thread. */
  readonly told?: boolean;
  /** The run whose card heads the thread. */
  readonly threadRunId?: string;
}

/** What `transition` needs of a run. */
export interface RunCore {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: RunKind;
  readonly workflow: string;
  readonly parentId?: string;
  readonly state: RunState;
  readonly reason?: string;
  readonly graph: Graph;
  readonly data: RunData;
  readonly epoch: number;
}

/** What happened to a run. Every instant comes with the event, so that the function stays pure. */
export type RunEvent = { readonly at: string } & (
  | {
      readonly type: "evaluated";
      readonly node: string;
      readonly passed: boolean;
      readonly output: JsonObject;
      readonly facts: JsonObject;
      readonly warnings: readonly string[];
    }
  | {
      readonly type: "planned";
      readonly node: string;
      readonly plan: readonly PlannedStep[];
      readonly planDigest: string;
      readonly facts: JsonObject;
      readonly needed: boolean;
      readonly impact: string;
      readonly because: readonly string[];
      readonly request: RunData["request"];
    }
  | { readonly type: "asked"; readonly node: string; readonly approvalId: string }
  | {
      readonly type: "decided";
      readonly approvalId: string;
      readonly state: "approved" | "denied" | "expired" | "cancelled" | "superseded";
      readonly reason?: string;
      readonly signal: string;
    }
  | { readonly type: "plan_stale"; readonly node: string; readonly reason: string }
  | {
      readonly type: "intended";
      readonly node: string;
      readonly actionRunId: string;
      readonly planned: PlannedStep;
      readonly intentId: string;
      readonly callTimeoutMs: number;
    }
  | {
      readonly type: "executed";
      readonly node: string;
      readonly actionRunId: string;
      readonly result: ActionResult;
      readonly effect: boolean;
      readonly reconciled: boolean;
      readonly durationMs: number;
    }
  | { readonly type: "told"; readonly node: string; readonly noticeId: string }
  | {
      readonly type: "delivered";
      readonly noticeId: string;
      readonly ok: boolean;
      readonly output: JsonObject;
      readonly signal: string;
    }
  | { readonly type: "verified"; readonly node: string; readonly message: string; readonly evidence: JsonObject }
  | {
      readonly type: "failed";
      readonly node: string;
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs?: number;
      readonly outcomeUnknown: boolean;
    }
  | { readonly type: "blocked"; readonly node: string; readonly reason: string; readonly retryAfterMs: number }
  | { readonly type: "skipped"; readonly node: string; readonly reason: string }
  | { readonly type: "rolled_back"; readonly node: string; readonly message: string }
  | { readonly type: "rollback_failed"; readonly node: string; readonly message: string }
  | { readonly type: "stop_requested"; readonly by: string; readonly reason: string; readonly signal: string }
  | { readonly type: "retry_requested"; readonly by: string; readonly signal: string }
  | { readonly type: "signal_ignored"; readonly signal: string }
  | { readonly type: "gave_up"; readonly reason: string }
);

/** What a transition wants written beside the state, in the same commit. */
export interface Outcome {
  readonly state: RunState;
  readonly reason?: string;
  readonly data: RunData;
  readonly audit: readonly AuditDraft[];
  readonly notices: readonly Omit<NoticeInsert, "id" | "tenantId">[];
  readonly wants: readonly { readonly key: string; readonly priority: number; readonly delayMs: number }[];
  readonly intent?: {
    readonly id: string;
    readonly key: string;
    readonly node: string;
    readonly planned: PlannedStep;
    readonly callTimeoutMs: number;
  };
  readonly consumed: readonly string[];
  /** Give the locked resources back although the run goes on. */
  readonly unlock?: boolean;
  /** Milliseconds after which the run must be looked at again; absent = only a signal wakes it. */
  readonly wakeAfterMs?: number;
  /** The requests to end because they no longer fit. */
  readonly supersede?: {
    readonly approvalId: string;
    readonly state: "superseded" | "cancelled";
    readonly reason: string;
  };
}
