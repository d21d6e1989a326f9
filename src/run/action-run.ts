import type { ActionContext, ActionDefinition, ActionPlan } from "../core/action.ts";
import { PolicyError } from "../core/errors.ts";
import { resourceOf } from "../core/event.ts";
import type { ActionNode } from "../core/graph.ts";
import { digest, isJsonObject, type JsonObject } from "../core/json.ts";
import type { PlannedStep } from "../core/run.ts";
import { scopeOf } from "../decide/scope.ts";
import { renderTemplate } from "../expression/template.ts";
import type { Driving, EngineParts } from "./engine.ts";
import type { RunCore } from "./state.ts";

/** Stable over attempts and replicas: the idempotency key of an action in a run (DESIGN 5). */
export function actionRunId(runId: string, node: string): string {
  return `${runId}:${node}`;
}

/** @throws PolicyError `action_not_installed`. */
export function definitionOf(parts: EngineParts, action: string): ActionDefinition {
  const definition = parts.catalogue.get(action);
  if (!definition) throw new PolicyError("action_not_installed", `the action ${action} is not installed`);
  return definition;
}

/** Parameters with their templates rendered, checked against the action's own schema. */
export function renderParameters(run: RunCore, driving: Driving, node: ActionNode): JsonObject {
  const scope = scopeOf(driving.event, {
    runId: run.id,
    steps: stepsOf(run),
    trustedFacts: run.data.facts,
    settings: driving.snapshot.documents.settings,
    now: run.data.startedAt,
  });
  const rendered = renderTemplate(node.parameters, scope);
  if (!isJsonObject(rendered)) throw new PolicyError("bad_template", `${node.name}: parameters must be a mapping`);
  return rendered;
}

/** What templates see of earlier steps. */
export function stepsOf(run: RunCore): Record<string, { output?: JsonObject }> {
  return Object.fromEntries(
    Object.values(run.data.steps).map((record) => [record.node, record.output ? { output: record.output } : {}]),
  );
}

/** The context of one call of an action. `signal` aborts when the call's time is over or the process stops. */
export function contextFor(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: string,
  parameters: JsonObject,
  definition: ActionDefinition,
  timeoutMs: number,
): ActionContext {
  const params = definition.params.safeParse(parameters);
  if (!params.success) {
    const issue = params.error.issues[0];
    throw new PolicyError(
      "bad_input",
      `${definition.name}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? "wrong parameters"}`.trim(),
    );
  }
  const resource = resourceOf(driving.event);
  return {
    params: params.data,
    tenantId: run.tenantId,
    runId: run.id,
    actionRunId: actionRunId(run.id, node),
    ...(resource?.account_id ? { account: resource.account_id } : {}),
    ...(resource?.region ? { region: resource.region } : {}),
    signal: AbortSignal.any([driving.signal, AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)))]),
    clock: parts.clock,
    messages: parts.messages,
    connectors: parts.connectors,
  };
}

/** A plan with the digest an approval binds to: never blast radius, permissions, durations or times (DESIGN 8). */
export function plannedStep(
  node: { id: string; name: string },
  action: string,
  parameters: JsonObject,
  plan: ActionPlan,
): PlannedStep {
  const { targets, before, after, rollbackPlan } = plan;
  const bound = {
    action,
    parameters,
    targets,
    before,
    after,
    rollback: { available: rollbackPlan.available, actions: rollbackPlan.rollback_actions },
  };
  return { node: node.id, name: node.name, action, parameters, plan, digest: digest(bound) };
}

/** The digest of a whole request: every step's, and the documents and definition that say who must agree. */
export function planDigest(plan: readonly PlannedStep[], driving: Driving): string {
  return digest({
    workflow: driving.snapshot.workflow.digest,
    documents: driving.snapshot.documents.digest,
    steps: plan.map((step) => ({ node: step.node, digest: step.digest })),
  });
}
