import { extendChain } from "../audit/chain.ts";
import { emptyChain, type AuditDraft } from "../core/audit-entry.ts";
import type { Decision } from "../core/decision.ts";
import { resourceOf, type PolicyEvent } from "../core/event.ts";
import type { Graph, WorkflowDefinition } from "../core/graph.ts";
import { newId } from "../core/identifiers.ts";
import type { JsonObject } from "../core/json.ts";
import type { RunKind } from "../core/run.ts";
import type { Transaction } from "../store/client.ts";
import { insertRun } from "../store/runs.ts";
import { snapshotFor, type Deployed } from "./snapshots.ts";
import type { RunData, RunSubject, Token } from "./state.ts";

export interface StartRequest {
  readonly event: PolicyEvent;
  readonly findingId?: string;
  readonly workflow: WorkflowDefinition;
  readonly deployed: Deployed;
  readonly kind?: RunKind;
  readonly decision?: Decision;
  readonly requesterPersonId?: string;
  /** The run this one follows, and the run whose card heads the thread. */
  readonly parent?: { readonly runId: string; readonly threadRunId: string };
  readonly dedupeKey: string;
  readonly now: Date;
  readonly actor: string;
}

/**
 * Insert a pending run and its job in the caller's transaction; work begins after the commit.
 * @returns the open run's id when one with the same dedupe key has not finished.
 */
export async function startRun(
  transaction: Transaction,
  request: StartRequest,
): Promise<{ readonly runId: string; readonly created: boolean }> {
  const { event, workflow, deployed, kind = "workflow", parent } = request;
  const id = newId(request.now.getTime());
  const workflowDigest = await snapshotFor(transaction, workflow, deployed);
  const subject = { tenantId: event.tenantId, subjectKind: "run" as const, subjectId: id };
  const { entries } = extendChain(subject, emptyChain, startedEntries(request, id, workflowDigest), request.now);
  const data = initialData(workflow.graph, subjectOf(event), parent?.threadRunId ?? id, request.now);
  return insertRun(transaction, {
    id,
    tenantId: event.tenantId,
    kind,
    workflow: workflow.name,
    workflowDigest,
    eventId: event.id,
    ...(request.findingId === undefined ? {} : { findingId: request.findingId }),
    ...(parent === undefined ? {} : { parentId: parent.runId }),
    ...(request.requesterPersonId === undefined ? {} : { requesterPersonId: request.requesterPersonId }),
    data: JSON.parse(JSON.stringify(data)) as JsonObject,
    dedupeKey: request.dedupeKey,
    priority: priorityOf(event),
    audit: entries,
  });
}

/** A run that has done nothing yet: tokens on the nodes behind the start. Exported for `simulate.ts`. */
export function initialData(graph: Graph, subject: RunSubject, threadRunId: string, now: Date): RunData {
  const first = graph.edges.filter((edge) => edge.from === graph.start).map((edge) => edge.to);
  const tokens: Token[] = first.map((node) => ({ node, phase: "ready", attempt: 0 }));
  return {
    nodes: nodesInOrder(graph),
    startedAt: now.toISOString(),
    tokens,
    steps: {},
    subject,
    facts: {},
    plan: [],
    because: [],
    revision: 0,
    effects: [],
    notes: [],
    threadRunId,
  };
}

/** Breadth first from the start: the order in which a reader meets the nodes. */
function nodesInOrder(graph: Graph): RunData["nodes"] {
  const order: string[] = [graph.start];
  for (const id of order)
    for (const edge of graph.edges) if (edge.from === id && !order.includes(edge.to)) order.push(edge.to);
  return order.flatMap((id) => {
    const node = graph.nodes[id];
    if (!node || node.kind === "start" || node.kind === "end") return [];
    return [{ id, name: node.name, kind: node.kind, ...(node.kind === "action" ? { action: node.action } : {}) }];
  });
}

/** What the finding is about, in the words of the card. */
export function subjectOf(event: PolicyEvent): RunSubject {
  const { violation, threat } = event;
  const resource = resourceOf(event);
  const name = resource?.name ?? resource?.id ?? threat?.entity.id ?? event.type;
  const title = violation
    ? `${violation.title ?? violation.policy.name}: ${name}`
    : threat
      ? `Threat ${threat.id}: ${name}`
      : `${event.type}: ${name}`;
  return {
    title,
    ...(violation ? { severity: violation.severity, policyName: violation.policy.name } : {}),
    // DESIGN 7.11: a score above 8.0 marks the card high risk.
    ...(threat && threat.score > 8 ? { highRisk: true } : {}),
    ...(resource
      ? {
          resource: {
            id: resource.id,
            name,
            type: resource.type ?? "",
            account: resource.account_id ?? "",
            region: resource.region ?? "",
          },
        }
      : {}),
  };
}

function startedEntries(request: StartRequest, runId: string, workflowDigest: string): AuditDraft[] {
  const { event, workflow, decision, actor } = request;
  const started = {
    workflow: workflow.name,
    workflowDigest,
    eventId: event.id,
    requester: request.requesterPersonId ?? null,
    parent: request.parent?.runId ?? null,
  };
  if (request.kind === "undo" || !decision) return [{ action: "run.started", actor, details: started }];
  return [
    { action: "run.started", actor, details: started },
    { action: "remediation.triggered", actor, details: triggeredEvent(event, runId, decision, request.now) },
  ];
}

/** The seed's Remediation Trigger Event. */
function triggeredEvent(event: PolicyEvent, runId: string, decision: Decision, now: Date): JsonObject {
  const { threat, violation } = event;
  return {
    event_type: "remediation.triggered",
    timestamp: now.toISOString(),
    tenant_id: event.tenantId,
    workflow_id: runId,
    trigger: {
      threat_id: threat?.id ?? violation?.id ?? event.key,
      threat_score: threat?.score ?? null,
      entity_id: threat?.entity.id ?? resourceOf(event)?.id ?? null,
      recommended_actions: threat?.recommended_actions ?? [],
    },
    policy_decision: {
      auto_remediation: decision.path === "auto",
      approval_required: decision.path === "approval",
      approval_level: `${decision.impact.toLowerCase()}_impact`,
      rule: decision.rule,
    },
  };
}

/** Lower goes first: what is critical passes what is merely waiting. */
function priorityOf(event: PolicyEvent): number {
  const severity = event.violation?.severity ?? (event.threat && event.threat.score >= 9 ? "CRITICAL" : undefined);
  return severity === "CRITICAL" ? 1 : severity === "HIGH" ? 3 : 5;
}
