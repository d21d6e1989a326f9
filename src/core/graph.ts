import type { Location } from "./errors.ts";
import type { Json } from "./json.ts";

/*
 * The Graph: nodes and edges, what YAML and BPMN both compile to and what the engine runs. Plain JSON, because it is
 * stored by digest and a run keeps the one it started with. New kinds of node are added here, in `run/transition.ts`
 * and in the compiler, and nowhere else.
 */

/** A parameter value before rendering: literals and `{{ path }}` templates, kept as written. */
export type ParameterTemplate = Json;

export interface RetryPolicy {
  readonly attempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
}

interface NodeBase {
  readonly id: string;
  /** What people see. */
  readonly name: string;
  readonly location?: Location;
}

export interface StartNode extends NodeBase {
  readonly kind: "start";
}
export interface EndNode extends NodeBase {
  readonly kind: "end";
}
/** Records facts and a verdict; gates nothing unless `onFalse` says stop (DESIGN 7.4). */
export interface EvaluateNode extends NodeBase {
  readonly kind: "evaluate";
  /** Every entry must match; a list means any of. */
  readonly conditions: readonly { readonly fact: string; readonly expected: Json }[];
  readonly script?: string;
  readonly onFalse: "continue" | "stop";
}
/** Plans every changing node behind it, decides finally, and waits for people when they are needed (DESIGN 7.6). */
export interface GateNode extends NodeBase {
  readonly kind: "gate";
  /** The changing nodes the plan covers, in order. */
  readonly covers: readonly string[];
  readonly approval: GateApproval;
}
export interface GateApproval {
  /** Names of conditions: built-in or from `conditions:`. Holds or unknown → approval. */
  readonly requiredFor: readonly string[];
  /** Role names that replace the matrix's; empty = the matrix's own. */
  readonly approvers: readonly string[];
  readonly requiredApprovals?: number;
  readonly timeoutMs?: number;
  /** Name of an approval chain whose stages replace approvers and matrix (DESIGN 7.7). */
  readonly chain?: string;
  /** Ask always, whatever the conditions say (undo of something that reduced risk). */
  readonly always?: boolean;
  /** A fixed impact (undo asks at the original one). */
  readonly impact?: string;
}
export interface ActionNode extends NodeBase {
  readonly kind: "action";
  /** The seed's step type: remediation, notification, containment, … */
  readonly stepType: string;
  readonly action: string;
  readonly parameters: { readonly [name: string]: ParameterTemplate };
  readonly changesSomething: boolean;
  readonly condition?: string;
  readonly timeoutMs?: number;
  readonly maxDelayMs?: number;
  readonly retry?: RetryPolicy;
}
/** Proves that an action's finding is gone. */
export interface VerifyNode extends NodeBase {
  readonly kind: "verify";
  readonly of: string;
}
/** Undo of one effect of the parent run, on a built-in graph. */
export interface RestoreNode extends NodeBase {
  readonly kind: "restore";
  /** The parent's run and node whose effect is undone. */
  readonly parentRunId: string;
  readonly of: string;
}
export type GraphNode = StartNode | EndNode | EvaluateNode | GateNode | ActionNode | VerifyNode | RestoreNode;

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** An expression of our language; absent = always. */
  readonly condition?: string;
  readonly isDefault?: boolean;
}

export interface Graph {
  readonly start: string;
  readonly nodes: { readonly [id: string]: GraphNode };
  readonly edges: readonly Edge[];
}

/** A workflow definition as loaded: its trigger decides whether an event starts it. */
export interface WorkflowDefinition {
  readonly name: string;
  /** The file's stem, by which it is also found. */
  readonly stem: string;
  readonly description: string;
  readonly version: string;
  readonly file: string;
  /** Digest over the graph, the trigger and the approval part. */
  readonly digest: string;
  readonly trigger: {
    readonly event?: string;
    readonly schedule?: string;
    readonly conditions: readonly { readonly fact: string; readonly expected: Json }[];
  };
  readonly graph: Graph;
}
