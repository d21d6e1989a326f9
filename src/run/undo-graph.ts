import type { Edge, Graph, GraphNode, WorkflowDefinition } from "../core/graph.ts";
import { digest } from "../core/json.ts";
import type { Effect } from "./state.ts";

/**
 * The built-in graph of an undo (DESIGN 5, 8): the same people are asked at the original impact, bound to the restore
 * plan's digest; then every effect is put back, newest first.
 */
export function undoDefinition(
  parent: WorkflowDefinition,
  parentRunId: string,
  effects: readonly Effect[],
  impact: string,
): WorkflowDefinition {
  const open = effects.filter((effect) => !effect.undone).toReversed();
  const restores: GraphNode[] = open.map((effect) => ({
    kind: "restore",
    id: `restore_${effect.node}`,
    name: `restore ${effect.node}`,
    parentRunId,
    of: effect.node,
  }));
  const gateOf = Object.values(parent.graph.nodes).find((node) => node.kind === "gate");
  const asked = gateOf?.approval ?? { requiredFor: [], approvers: [] };
  const gate: GraphNode = {
    kind: "gate",
    id: "approval",
    name: "approval",
    covers: restores.map((node) => node.id),
    approval: { ...asked, always: true, impact },
  };
  const graph = sequence([gate, ...restores]);
  const name = `undo ${parent.name}`;
  return {
    name,
    stem: name,
    description: `Put back what ${parent.name} changed`,
    version: parent.version,
    file: parent.file,
    digest: digest(graph),
    trigger: { conditions: [] },
    graph,
  };
}

function sequence(middle: readonly GraphNode[]): Graph {
  const nodes: GraphNode[] = [
    { kind: "start", id: "start", name: "start" },
    ...middle,
    { kind: "end", id: "end", name: "end" },
  ];
  const edges: Edge[] = nodes.slice(1).map((node, index) => ({ from: nodes[index]!.id, to: node.id }));
  return { start: "start", nodes: Object.fromEntries(nodes.map((node) => [node.id, node])), edges };
}
