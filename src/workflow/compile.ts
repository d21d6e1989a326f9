import type { ActionNode, Edge, EvaluateNode, GateApproval, GateNode, Graph, GraphNode } from "../core/graph.ts";
import type { Location } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { Positions } from "./source.ts";
import type { Approval, Step, Workflow } from "./workflow-schema.ts";

/** Node ids the compiler makes itself; no step may have one of them. */
export const reservedIds: readonly string[] = ["start", "end", "approval"];
/**
 * Lays a YAML workflow out as a Graph: start, each step in order, end. A step that changes something is followed by its
 * proof `STEP.verify`; before the first of them stands the one gate `approval`, which covers them all (DESIGN 7.6).
 * @param changes whether a step's action changes something, by the catalogue.
 */
export function compileGraph(workflow: Workflow, changes: (step: Step) => boolean, positions: Positions): Graph {
  const covers = workflow.steps.filter(changes).map((step) => step.name);
  const first = covers[0];
  const nodes: GraphNode[] = [
    { kind: "start", id: "start", name: "start", location: positions.value(["workflow", "name"]) },
  ];
  for (const [index, step] of workflow.steps.entries()) {
    const location = positions.value(["workflow", "steps", index, "name"]);
    if (step.name === first) nodes.push(gateNode(workflow.approval, covers, positions));
    nodes.push(
      step.action === undefined ? evaluateNode(step, location) : actionNode(step, step.action, changes(step), location),
    );
    if (changes(step))
      nodes.push({ kind: "verify", id: `${step.name}.verify`, name: `verify ${step.name}`, of: step.name, location });
  }
  nodes.push({ kind: "end", id: "end", name: "end" });
  const edges = nodes.slice(1).map((node, index): Edge => ({ from: nodes[index]!.id, to: node.id }));
  return { start: "start", nodes: Object.fromEntries(nodes.map((node) => [node.id, node])), edges };
}

function gateNode(approval: Approval | undefined, covers: readonly string[], positions: Positions): GateNode {
  const location =
    approval === undefined ? positions.value(["workflow", "name"]) : positions.key(["workflow", "approval"]);
  return { kind: "gate", id: "approval", name: "approval", covers, approval: gateApproval(approval), location };
}

/** An approval part without `required_for` asks always: its author wanted people to be asked. */
function gateApproval(approval: Approval | undefined): GateApproval {
  return {
    requiredFor: approval?.required_for ?? [],
    approvers: approval?.approvers ?? [],
    ...(approval?.required_approvals === undefined ? {} : { requiredApprovals: approval.required_approvals }),
    ...(approval?.chain === undefined ? {} : { chain: approval.chain }),
    ...(approval?.timeout === undefined ? {} : { timeoutMs: approval.timeout }),
    ...(approval !== undefined && approval.required_for === undefined ? { always: true } : {}),
  };
}

function evaluateNode(step: Step, location: Location): EvaluateNode {
  return {
    kind: "evaluate",
    id: step.name,
    name: step.name,
    location,
    conditions: factConditions(step.conditions),
    ...(step.script === undefined ? {} : { script: step.script }),
    onFalse: step.on_false ?? "continue",
  };
}

function actionNode(step: Step, action: string, changesSomething: boolean, location: Location): ActionNode {
  return {
    kind: "action",
    id: step.name,
    name: step.name,
    location,
    stepType: step.type,
    action,
    parameters: step.parameters ?? {},
    changesSomething,
    ...(step.condition === undefined ? {} : { condition: step.condition }),
    ...(step.timeout === undefined ? {} : { timeoutMs: step.timeout }),
    ...(step.max_delay === undefined ? {} : { maxDelayMs: step.max_delay }),
    ...(step.retry === undefined
      ? {}
      : {
          retry: {
            attempts: step.retry.attempts,
            initialDelayMs: step.retry.initial_delay ?? 1_000,
            maxDelayMs: step.retry.max_delay ?? 30_000,
          },
        }),
  };
}

/** The seeds' `conditions:` list of one-entry mappings, flattened in order. */
export function factConditions(
  list: Step["conditions"],
): readonly { readonly fact: string; readonly expected: Json }[] {
  return (list ?? []).flatMap((entry) => Object.entries(entry).map(([fact, expected]) => ({ fact, expected })));
}

/** A graph without places, for the digest: moving a comment changes no workflow. */
export function withoutPlaces(graph: Graph): unknown {
  const nodes = Object.entries(graph.nodes).map(([id, node]) => [
    id,
    Object.fromEntries(Object.entries(node).filter(([key]) => key !== "location")),
  ]);
  return { ...graph, nodes: Object.fromEntries(nodes) as unknown };
}
