import type { ActionNode, GateNode, GraphNode } from "../core/graph.ts";
import type { JsonObject } from "../core/json.ts";
import type { ApprovalRequest } from "../core/ports.ts";
import type { PlannedStep } from "../core/run.ts";
import { matchFact } from "../decide/match.ts";
import { resourceOf } from "../core/event.ts";
import type { Driving } from "./engine.ts";
import { evaluationScope } from "./perform-evaluate.ts";
import type { SimulateInput } from "./simulate.ts";
import { unreadPlan } from "./simulate-parts.ts";
import { subjectOf } from "./start.ts";
import type { Outcome, RunCore, RunEvent } from "./state.ts";
import type { Trace, TracedApproval, TracedCondition, TracedPlan, TracedPost, TracedStep } from "./trace.ts";
import type { Work } from "./work.ts";

type MatchedCondition = ReturnType<typeof matchFact>;
type Answer = TracedApproval["answer"];

/** Writes down what a simulation does; decides nothing. */
export interface Tracer {
  begin(work: Work, run: RunCore, driving: Driving, now: string): void;
  moved(event: RunEvent, outcome: Outcome): void;
  /** @returns the id the request is known by. */
  request(request: ApprovalRequest): string;
  /** What people say to a request. */
  answer(approvalId: string): { readonly state: Answer; readonly reason: string };
  message(node: ActionNode, parameters: JsonObject): void;
  finish(run: RunCore | undefined): Trace;
}

export function tracer(
  input: SimulateInput,
  conditions: readonly MatchedCondition[],
  notActionable: string | undefined,
): Tracer {
  const path: string[] = [];
  const seen = new Map<string, Partial<TracedStep>>();
  const approvals: TracedApproval[] = [];
  const posts = new Map<string, TracedPost>();
  const notes = missingActions(input);
  const remember = (node: string, part: Partial<TracedStep>) => seen.set(node, { ...seen.get(node), ...part });
  return {
    begin(work, run, driving, now) {
      if (!("node" in work) || typeof work.node === "string") return;
      const { node } = work;
      if (!path.includes(node.id)) path.push(node.id);
      if (node.kind !== "evaluate") return;
      const scope = evaluationScope(run, driving, now);
      remember(node.id, { conditions: node.conditions.map(({ fact, expected }) => traced(matchFact(fact, expected, scope))) }); // prettier-ignore
    },
    moved(event, outcome) {
      if (event.type === "planned") notePlan(event, input, remember);
      for (const { dedupeKey, kind, threadOf, payload } of outcome.notices)
        posts.set(dedupeKey, { kind, where: threadOf === undefined ? "channel" : "thread", payload });
    },
    request(request) {
      const given = input.votes?.[approvals.length];
      approvals.push(tracedApproval(request, given));
      return `approval:${approvals.length}`;
    },
    answer(approvalId) {
      const state = approvals[Number(approvalId.split(":")[1]) - 1]?.answer ?? "approved";
      return { state, reason: `${state} in the simulation` };
    },
    message(node, parameters) {
      remember(node.id, { parameters });
      posts.set(`message:${node.id}`, { kind: "message", where: "channel", node: node.id, parameters });
    },
    finish: (run) => ({
      ...heading(input),
      trigger: {
        starts: run !== undefined,
        ...(notActionable === undefined ? {} : { reason: notActionable }),
        conditions: conditions.map(traced),
      },
      steps: run === undefined ? [] : stepsOfRun(run, seen, path),
      approvals,
      posts: [...posts.values()],
      path,
      state: run?.state ?? "not_started",
      ...(run?.reason === undefined ? {} : { reason: run.reason }),
      notes: [...notes, ...(run?.data.notes ?? [])],
    }),
  };
}

function heading({ workflow, event, mode }: SimulateInput) {
  const { name, version, file, digest } = workflow;
  const { key, type, format, sender } = event;
  const from = { sender: sender.name, scopes: sender.scopes };
  return { workflow: { name, version, file, digest }, event: { key, type, format, title: subjectOf(event).title, ...from }, mode }; // prettier-ignore
}

function traced({ name, expected, actual, holds }: MatchedCondition): TracedCondition {
  return { name, expected, ...(actual === undefined ? {} : { actual }), holds };
}

function missingActions({ workflow, catalogue }: SimulateInput): string[] {
  const named = Object.values(workflow.graph.nodes).flatMap((node) => (node.kind === "action" ? [node.action] : []));
  const missing = [...new Set(named)].filter((action) => !catalogue.has(action));
  return missing.length === 0 ? [] : [`not installed, so that a live start is refused: ${missing.join(", ")}`];
}

function notePlan(
  event: Extract<RunEvent, { type: "planned" }>,
  input: SimulateInput,
  remember: (node: string, part: Partial<TracedStep>) => void,
): void {
  for (const planned of event.plan)
    remember(planned.node, { parameters: planned.parameters, plan: tracedPlan(planned, input) });
  const gate = input.workflow.graph.nodes[event.node];
  if (gate?.kind === "gate")
    remember(gate.id, {
      conditions: requiredFor(gate, event.because, event.needed),
      output: { needed: event.needed, impact: event.impact, because: [...event.because] },
    });
}

/** Which conditions of `required_for` ask for people, by the reasons that the decision gave. */
function requiredFor(gate: GateNode, because: readonly string[], needed: boolean): readonly TracedCondition[] {
  return gate.approval.requiredFor.map((name) => {
    const reason = because.find((line) => needed && line.startsWith(`${name}: `));
    return { name, holds: reason !== undefined, ...(reason ? { why: reason.slice(name.length + 2) } : {}) };
  });
}

function tracedPlan({ plan, action }: PlannedStep, { event }: SimulateInput): TracedPlan {
  const read = plan !== unreadPlan;
  const resource = resourceOf(event);
  const where = [resource?.id, resource?.account_id && `account ${resource.account_id}`, resource?.region];
  const place = where.filter((part) => part !== undefined && part !== "").join(", ");
  return {
    read,
    ...(read ? { rollback_plan: plan.rollbackPlan } : { would_read: place === "" ? action : place }),
    targets: plan.targets,
    changes: plan.changes,
    changes_something: plan.changesSomething,
    blast_radius: plan.blastRadius,
    missing_permissions: plan.missingPermissions,
  };
}

function tracedApproval(request: ApprovalRequest, given: Answer | undefined): TracedApproval {
  const names = (roles: readonly { readonly role: string }[]) => roles.map((role) => role.role);
  const because = request.card["because"];
  return {
    node: request.nodeId,
    impact: request.impact,
    because: Array.isArray(because) ? (because as readonly unknown[]).map(String) : [],
    stages: request.stages.map(({ name, roles, requiredApprovals }) => {
      return { name, roles: names(roles), required: requiredApprovals };
    }),
    timeout_ms: request.timeoutMs,
    ...(request.escalation
      ? { escalation: { after_ms: request.escalation.afterMs, roles: names(request.escalation.roles) } }
      : {}),
    told_when_expired: names(request.expiryRoles),
    answer: given ?? "approved",
    assumed: given === undefined,
  };
}

const pretended: readonly GraphNode["kind"][] = ["action", "verify", "restore"];

/** Every node but the ends: those that were worked on in their order, then those that were not. */
function stepsOfRun(
  run: RunCore,
  seen: ReadonlyMap<string, Partial<TracedStep>>,
  path: readonly string[],
): readonly TracedStep[] {
  const all = Object.values(run.graph.nodes).filter((node) => node.kind !== "start" && node.kind !== "end");
  const rest = all.map((node) => node.id).filter((id) => !path.includes(id));
  return [...path, ...rest].flatMap((id) => {
    const node = run.graph.nodes[id];
    if (node === undefined) return [];
    const record = run.data.steps[id];
    const assumed = record?.status === "succeeded" && pretended.includes(node.kind);
    return {
      ...{ node: id, name: node.name, kind: node.kind },
      ...(node.kind === "action" ? { action: node.action } : {}),
      status: record?.status ?? "not_reached",
      ...(assumed ? { assumed } : {}),
      ...(record?.output && !assumed ? { output: record.output } : {}),
      ...(record?.error ? { error: record.error } : {}),
      ...seen.get(id),
    };
  });
}
