import type { ActionDefinition, Connectors } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import { coerceError, PolicyError } from "../core/errors.ts";
import type { PolicyEvent } from "../core/event.ts";
import type { WorkflowDefinition } from "../core/graph.ts";
import type { ApprovalRequest } from "../core/ports.ts";
import { isActionable } from "../decide/actionable.ts";
import { matchWorkflow } from "../decide/match.ts";
import type { Documents } from "../workflow/documents.ts";
import type { Driving, EngineParts } from "./engine.ts";
import { failure } from "./failure.ts";
import { performEvaluate } from "./perform-evaluate.ts";
import { performAsk, performPlan } from "./perform-gate.ts";
import { pretend } from "./simulate-effects.ts";
import { powerlessParts, simulatedRunId } from "./simulate-parts.ts";
import { tracer, type Tracer } from "./simulate-trace.ts";
import { initialData, subjectOf } from "./start.ts";
import type { RunCore, RunEvent } from "./state.ts";
import type { Trace } from "./trace.ts";
import { transition } from "./transition.ts";
import { nextWork, type Work } from "./work.ts";

export interface SimulateInput {
  readonly workflow: WorkflowDefinition;
  readonly documents: Documents;
  readonly event: PolicyEvent;
  readonly catalogue: ReadonlyMap<string, ActionDefinition>;
  /** What plans read through in mode `read`; never touched in a dry run. */
  readonly connectors?: Connectors;
  readonly mode: "dry-run" | "read";
  /** The outcome of each request in turn; what is not given is assumed approved. */
  readonly votes?: readonly ("approved" | "denied" | "expired")[];
  readonly clock: Clock;
}

/** More than any graph without loops needs: a run that goes on longer is a fault of ours. */
const mostMoves = 10_000;

/**
 * One workflow on one event, in memory: the engine's own `transition()` and `nextWork()` over parts that cannot act. It
 * plans (in mode `read` by reading the provider) and shows whom it would ask; it never executes, verifies, rolls back or
 * posts, and assumes that each of these succeeds.
 */
export async function simulate(input: SimulateInput): Promise<Trace> {
  const { workflow, event } = input;
  const matched = matchWorkflow(event, workflow);
  const actionable = isActionable(event);
  const trace = tracer(input, matched.conditions, actionable.actionable ? undefined : actionable.reason);
  if (!matched.matches || !actionable.actionable) return trace.finish(undefined);
  const snapshot = { workflow, documents: input.documents };
  const signal = new AbortController().signal;
  const remembered = { freshIntents: new Map(), endedCalls: new Map() };
  const driving: Driving = { runId: simulatedRunId, snapshot, event, ...remembered, signal };
  const onRequest = (request: ApprovalRequest) => trace.request(request);
  const parts = powerlessParts({ connectors: {}, ...input, onRequest });
  return trace.finish(await drive(parts, driving, trace));
}

async function drive(parts: EngineParts, driving: Driving, trace: Tracer): Promise<RunCore> {
  const { workflow } = driving.snapshot;
  let run: RunCore = {
    id: simulatedRunId,
    tenantId: driving.event.tenantId,
    kind: "workflow",
    workflow: workflow.name,
    state: "pending",
    graph: workflow.graph,
    data: initialData(workflow.graph, subjectOf(driving.event), simulatedRunId, parts.clock.now()),
    epoch: 1,
  };
  for (let moves = 0; moves < mostMoves; moves++) {
    const work = nextWork(run, parts.clock.now());
    if (work.kind === "none") return run;
    trace.begin(work, run, driving, parts.clock.now().toISOString());
    run = apply(run, await perform(parts, run, driving, work, trace), trace);
  }
  throw new PolicyError("internal", `the simulation of ${workflow.name} does not end`);
}

/** The only place where the state moves. */
function apply(run: RunCore, event: RunEvent, trace: Tracer): RunCore {
  const outcome = transition(run, event);
  trace.moved(event, outcome);
  const { state, data, reason } = outcome;
  const { id, tenantId, kind, workflow, graph, epoch } = run;
  return { id, tenantId, kind, workflow, graph, epoch, state, data, ...(reason === undefined ? {} : { reason }) };
}

async function perform(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  work: Exclude<Work, { kind: "none" }>,
  trace: Tracer,
): Promise<RunEvent> {
  try {
    switch (work.kind) {
      case "evaluate":
        return performEvaluate(parts, run, driving, work.node);
      case "plan":
        return await performPlan(parts, run, driving, work.node);
      case "ask":
        return await performAsk(parts, run, driving.event.requestedBy ?? null, work.node);
      case "prepare":
      case "execute":
      case "tell":
      case "verify":
      case "roll_back":
      case "wait":
        return pretend(parts, run, driving, work, trace);
    }
  } catch (thrown) {
    if (work.kind === "wait" || work.kind === "roll_back") throw thrown;
    // Told at the first try: whoever tests a workflow wants to see the fault, not to wait for it to pass.
    const once = { ...work.token, attempt: Number.MAX_SAFE_INTEGER };
    return failure(parts, work.node, once, coerceError(thrown), false);
  }
}
