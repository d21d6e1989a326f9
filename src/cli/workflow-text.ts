import type { GraphNode, WorkflowDefinition } from "../core/graph.ts";
import type { Json } from "../core/json.ts";
import { counted, shortDuration, table } from "./output.ts";

/** A workflow as a person reads it. */
export function workflowText(workflow: WorkflowDefinition): string {
  const { trigger, graph } = workflow;
  const starts = [
    ...(trigger.event === undefined ? [] : [["event", trigger.event]]),
    ...(trigger.schedule === undefined ? [] : [["schedule", trigger.schedule]]),
    ...trigger.conditions.map(({ fact, expected }) => [fact, expectedText(expected)]),
  ];
  const nodes = Object.values(graph.nodes).filter((node) => node.kind !== "start" && node.kind !== "end");
  return [
    `${workflow.name} ${workflow.version}\n${workflow.description}`,
    table([
      ["file", workflow.file],
      ["digest", workflow.digest],
    ]),
    `starts on\n${table(starts.map(([name = "", value = ""]) => [`  ${name}`, value]))}`,
    `steps\n${nodes.map((node) => nodeLines(node).join("\n")).join("\n")}`,
  ].join("\n\n");
}

/** `HIGH or CRITICAL`: a list means any of. */
export function expectedText(expected: Json): string {
  if (Array.isArray(expected)) return expected.map((each: Json) => expectedText(each)).join(" or ");
  return typeof expected === "string" ? expected : JSON.stringify(expected);
}

function nodeLines(node: GraphNode): readonly string[] {
  switch (node.kind) {
    case "evaluate":
      return [
        `  ${node.name}: evaluate${node.onFalse === "stop" ? ", stop when it does not hold" : ""}`,
        ...node.conditions.map(({ fact, expected }) => `    ${fact} is ${expectedText(expected)}`),
        ...(node.script === undefined
          ? []
          : [`    a script of ${counted(node.script.trim().split("\n").length, "line")}`]),
      ];
    case "gate":
      return gateLines(node);
    case "action":
      return [
        `  ${node.name}: ${node.action}${node.changesSomething ? "" : " (tells people, changes nothing)"}`,
        ...Object.entries(node.parameters).map(([name, value]) => `    ${name}: ${expectedText(value)}`),
      ];
    case "verify":
      return [`  ${node.name}: proof that ${node.of} worked`];
    case "restore":
      return [`  ${node.name}: puts back ${node.of} of run ${node.parentRunId}`];
    case "start":
    case "end":
      return [];
  }
}

function gateLines(node: Extract<GraphNode, { kind: "gate" }>): readonly string[] {
  const { approval, covers } = node;
  const required = approval.requiredFor.length > 0 ? approval.requiredFor.join(", ") : "no condition of its own";
  const who = approval.chain === undefined ? approval.approvers.join(", ") : `the chain ${approval.chain}`;
  const count = approval.requiredApprovals === undefined ? "" : `, at least ${approval.requiredApprovals}`;
  return [
    `  ${node.name}: plan ${covers.join(", ")}, then ask people ${approval.always === true ? "always" : `for ${required}`}`,
    `    approvers ${who === "" ? "of the approval matrix" : who}${count}`,
    ...(approval.timeoutMs === undefined ? [] : [`    expires after ${shortDuration(approval.timeoutMs)}`]),
  ];
}
