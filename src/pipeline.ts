import type { ActionDefinition } from "./core/action.ts";
import type { Clock } from "./core/clock.ts";
import type { Decision } from "./core/decision.ts";
import type { PolicyEvent } from "./core/event.ts";
import type { WorkflowDefinition } from "./core/graph.ts";
import { highestLevel } from "./core/level.ts";
import { isActionable } from "./decide/actionable.ts";
import { decideGate } from "./decide/gate.ts";
import { matchWorkflow } from "./decide/match.ts";
import type { Database, Transaction } from "./store/client.ts";
import { storeEvent } from "./store/events.ts";
import { runsOfEvent } from "./store/run-views.ts";
import { inTransaction } from "./store/transaction.ts";
import { startRun } from "./run/start.ts";
import type { Deployed } from "./run/snapshots.ts";

/** What became of one event. */
export interface Received {
  readonly eventId: string;
  readonly status: "accepted" | "duplicate" | "ignored";
  readonly decision?: Decision;
  readonly reason?: string;
  readonly runs: readonly string[];
}

export interface PipelineParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly catalogue: ReadonlyMap<string, ActionDefinition>;
  readonly deployed: () => Deployed;
}

/** A request may carry 1,000 events (CONTRACT); the sender waits for all of them. */
const receiveTimeoutMs = 30_000;

interface Verdict {
  readonly workflows: readonly WorkflowDefinition[];
  readonly decision?: Decision;
  readonly reason?: string;
}

/**
 * Ingest → decide → run.start: events, their decisions and their pending runs in one transaction, before any work. The
 * decision is provisional; the run decides finally once it has read the plan.
 * @throws whatever the store throws: then nothing of the whole request is kept.
 */
export async function receive(
  parts: PipelineParts,
  events: readonly PolicyEvent[],
  requesterPersonId?: string,
): Promise<readonly Received[]> {
  const deployed = parts.deployed();
  const verdicts = events.map((event) => decide(parts, deployed, event));
  return inTransaction(
    parts.database,
    async (transaction) => {
      const results: Received[] = [];
      for (const [index, event] of events.entries())
        results.push(await keep(parts, transaction, deployed, event, verdicts[index]!, requesterPersonId));
      return results;
    },
    receiveTimeoutMs,
  );
}

/** Which workflows an event starts, or why none. Pure but for the clock. */
function decide(parts: PipelineParts, deployed: Deployed, event: PolicyEvent): Verdict {
  // Connectors know one tenant's accounts so far: whose events they must not touch is stored and refused.
  if (event.tenantId !== "default")
    return { workflows: [], reason: `tenant ${event.tenantId} has no connected accounts` };
  const actionable = isActionable(event);
  if (!actionable.actionable) return { workflows: [], reason: actionable.reason };
  const matching = deployed.documents.workflows.filter((workflow) => matchWorkflow(event, workflow).matches);
  if (matching.length === 0) return { workflows: [], reason: "no workflow's trigger matches" };
  const missing = matching.flatMap((workflow) => missingActions(parts, workflow));
  const startable = matching.filter((workflow) => missingActions(parts, workflow).length === 0);
  if (startable.length === 0) return { workflows: [], reason: `not installed: ${missing.join(", ")}` };
  return {
    workflows: startable,
    decision: strictest(startable.map((workflow) => provisional(parts, deployed, event, workflow))),
  };
}

/** Actions of a workflow that lint knows but nobody has installed. */
export function missingActions(parts: Pick<PipelineParts, "catalogue">, workflow: WorkflowDefinition): string[] {
  return Object.values(workflow.graph.nodes).flatMap((node) =>
    node.kind === "action" && !parts.catalogue.has(node.action) ? [node.action] : [],
  );
}

function provisional(
  parts: PipelineParts,
  deployed: Deployed,
  event: PolicyEvent,
  workflow: WorkflowDefinition,
): Decision {
  const gate = Object.values(workflow.graph.nodes).find((node) => node.kind === "gate");
  if (!gate)
    return { path: "monitor", rule: "nothing to approve", reasons: ["the workflow changes nothing"], impact: "LOW" };
  const actions = gate.covers.flatMap((id) => {
    const node = workflow.graph.nodes[id];
    const definition = node?.kind === "action" ? parts.catalogue.get(node.action) : undefined;
    return definition ? [{ name: definition.name, impact: definition.impact }] : [];
  });
  return decideGate({
    event,
    gate,
    documents: deployed.documents,
    actions,
    planFacts: undefined,
    now: parts.clock.now().toISOString(),
  }).decision;
}

/** Of several workflows' decisions the stricter is told (DESIGN 7.9, overlap). */
function strictest(decisions: readonly Decision[]): Decision {
  const asking = decisions.find((decision) => decision.path === "approval") ?? decisions[0]!;
  return { ...asking, impact: highestLevel(...decisions.map((decision) => decision.impact)) };
}

async function keep(
  parts: PipelineParts,
  transaction: Transaction,
  deployed: Deployed,
  event: PolicyEvent,
  verdict: Verdict,
  requesterPersonId?: string,
): Promise<Received> {
  const status = verdict.workflows.length > 0 ? "accepted" : "ignored";
  const { decision, reason } = verdict;
  const told = { ...(decision ? { decision } : {}), ...(reason === undefined ? {} : { reason }) };
  const stored = await storeEvent(transaction, event, { status, ...told });
  if (stored.status === "duplicate")
    return {
      eventId: stored.eventId,
      status: "duplicate",
      ...told,
      runs: await runsOfEvent(transaction, stored.eventId),
    };
  const runs: string[] = [];
  for (const workflow of verdict.workflows) {
    const started = await startRun(transaction, {
      event,
      workflow,
      deployed,
      now: parts.clock.now(),
      actor: requesterPersonId === undefined ? `credential:${event.sender.name}` : `person:${requesterPersonId}`,
      dedupeKey: `${workflow.name}:${event.fingerprint ?? event.id}`,
      ...(decision ? { decision } : {}),
      ...(stored.findingId === undefined ? {} : { findingId: stored.findingId }),
      ...(requesterPersonId === undefined ? {} : { requesterPersonId }),
    });
    runs.push(started.runId);
  }
  return { eventId: event.id, status, ...told, runs };
}
