import { hasCode, PolicyError } from "../core/errors.ts";
import type { ActionNode } from "../core/graph.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { actionRunId, contextFor, definitionOf, renderParameters } from "./action-run.ts";
import type { Driving, EngineParts } from "./engine.ts";
import type { Tracer } from "./simulate-trace.ts";
import type { RunCore, RunEvent } from "./state.ts";
import type { Work } from "./work.ts";

type Effect = Extract<Work, { kind: "prepare" | "execute" | "tell" | "verify" | "roll_back" | "wait" }>;

/** The event that a success would bring, for work that touches the world or waits for people. Nothing is touched. */
export function pretend(parts: EngineParts, run: RunCore, driving: Driving, work: Effect, trace: Tracer): RunEvent {
  const at = parts.clock.now().toISOString();
  switch (work.kind) {
    case "prepare":
      return prepare(run, work.node.id, at);
    case "execute":
      return executed(run, work.node.id, at);
    case "verify": {
      const skipped = run.data.steps[work.node.of]?.status === "skipped";
      const node = work.node.id;
      if (skipped) return { type: "skipped", at, node, reason: "nothing was changed" };
      return { type: "verified", at, node, message: "not verified: simulated", evidence: {} };
    }
    case "tell":
      trace.message(work.node, messageParameters(parts, run, driving, work.node));
      return { type: "told", at, node: work.node.id, noticeId: `notice:${work.node.id}` };
    case "roll_back":
      return { type: "rolled_back", at, node: work.node, message: "not rolled back: simulated" };
    case "wait":
      return answered(run, at, trace);
  }
}

function plannedOf(run: RunCore, node: string) {
  const planned = run.data.plan.find((step) => step.node === node);
  if (planned === undefined) throw new PolicyError("internal", `${node} has no plan`);
  return planned;
}

function prepare(run: RunCore, node: string, at: string): RunEvent {
  const planned = plannedOf(run, node);
  if (!planned.plan.changesSomething) return { type: "skipped", at, node, reason: "already as wanted" };
  const key = actionRunId(run.id, node);
  return { type: "intended", at, node, actionRunId: key, planned, intentId: `intent:${node}`, callTimeoutMs: 0 };
}

function executed(run: RunCore, node: string, at: string): RunEvent {
  const targets = plannedOf(run, node).plan.targets.map((target) => target.id);
  const result = { status: "success", message: "not executed: simulated", affected_systems: targets } as const;
  const key = actionRunId(run.id, node);
  return { type: "executed", at, node, actionRunId: key, result, effect: true, reconciled: false, durationMs: 0 };
}

/** What is waited for comes at once: people answer as told, messages are delivered. */
function answered(run: RunCore, at: string, trace: Tracer): RunEvent {
  const token = run.data.tokens.find(({ phase, waitsFor }) => phase === "waiting" && waitsFor !== undefined);
  const waitsFor = token?.waitsFor;
  if (waitsFor === undefined) return { type: "gave_up", at, reason: "it waits for something no simulation brings" };
  if (waitsFor !== run.data.approvalId)
    return { type: "delivered", at, noticeId: waitsFor, ok: true, output: {}, signal: "" };
  return { type: "decided", at, approvalId: waitsFor, ...trace.answer(waitsFor), signal: "" };
}

/**
 * A message's parameters. What hangs on the answer of a step that was only simulated stays as it is written; anything
 * else that is unknown is the error it would be.
 */
function messageParameters(parts: EngineParts, run: RunCore, driving: Driving, node: ActionNode): JsonObject {
  const waiting: string[] = [];
  const rendered = Object.entries(node.parameters).map(([name, template]): [string, Json] => {
    try {
      const only = renderParameters(run, driving, { ...node, parameters: { [name]: template } });
      return [name, only[name] ?? null];
    } catch (error) {
      if (!hasCode(error, "bad_template") || !hangsOnEffect(run, error.path)) throw error;
      waiting.push(name);
      return [name, template];
    }
  });
  const parameters = Object.fromEntries(rendered);
  // Only parameters that are all known can be held against the action's own schema, which this call does.
  if (waiting.length === 0)
    contextFor(parts, run, driving, node.id, parameters, definitionOf(parts, node.action), 1_000);
  return parameters;
}

function hangsOnEffect(run: RunCore, path: string | undefined): boolean {
  const [root, step = ""] = path?.split(".") ?? [];
  return root === "steps" && run.graph.nodes[step]?.kind === "action";
}
