import type { ActionPlan } from "../core/action.ts";
import type { ApprovalView } from "../core/approval.ts";
import type { PlannedStep, RunView, StepRecord } from "../core/run.ts";

/* The read side's JSON: snake_case, times ISO 8601, absent means not there. A field is public when it is named here. */

export function runWithApprovalsJson(run: RunView, approvals: readonly ApprovalView[]): object {
  return { ...runJson(run), approvals: approvals.map(approvalJson) };
}

export function runJson(run: RunView): object {
  return {
    id: run.id,
    kind: run.kind,
    workflow: run.workflow,
    workflow_digest: run.workflowDigest,
    state: run.state,
    reason: run.reason,
    title: run.title,
    severity: run.severity,
    impact: run.impact,
    policy_name: run.policyName,
    resource: run.resource,
    environment: run.environment,
    parent_run_id: run.parentRunId,
    undo_run_id: run.undoRunId,
    undo_state: run.undoState,
    undoable: run.undoable,
    requester_person_id: run.requesterPersonId,
    requester_slack_id: run.requesterSlackId,
    steps: run.steps.map(stepJson),
    plan: run.plan.map(plannedStepJson),
    rollback_plan: run.rollbackPlan,
    notes: run.notes,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    finished_at: run.finishedAt,
  };
}

function stepJson(step: StepRecord): object {
  const { startedAt, finishedAt } = step;
  const took = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : undefined;
  return {
    node: step.node,
    name: step.name,
    kind: step.kind,
    action: step.action,
    status: step.status,
    attempts: step.attempts,
    output: step.output,
    error: step.error,
    timings: { started_at: startedAt, finished_at: finishedAt, duration_ms: took },
  };
}

function plannedStepJson(step: PlannedStep): object {
  const { node, name, action, parameters, plan, digest } = step;
  return { node, name, action, parameters, plan: planJson(plan), digest };
}

function planJson(plan: ActionPlan): object {
  return {
    targets: plan.targets,
    before: plan.before,
    after: plan.after,
    changes: plan.changes,
    changes_something: plan.changesSomething,
    blast_radius: plan.blastRadius,
    missing_permissions: plan.missingPermissions,
    rollback_plan: plan.rollbackPlan,
  };
}

export function approvalJson(approval: ApprovalView): object {
  return {
    id: approval.id,
    run_id: approval.runId,
    node: approval.nodeId,
    revision: approval.revision,
    state: approval.state,
    impact: approval.impact,
    plan_digest: approval.planDigest,
    plan: approval.plan.map(plannedStepJson),
    stages: approval.stages.map(stageJson),
    votes: approval.votes.map(voteJson),
    requester_person_id: approval.requesterPersonId,
    requester_slack_id: approval.requesterSlackId,
    created_at: approval.createdAt,
    expires_at: approval.expiresAt,
    decided_at: approval.decidedAt,
    decision_reason: approval.decisionReason,
    escalated_at: approval.escalatedAt,
    escalated_to: approval.escalatedTo,
    replaced_by: approval.replacedBy,
  };
}

function stageJson(stage: ApprovalView["stages"][number]): object {
  return {
    index: stage.index,
    name: stage.name,
    state: stage.state,
    required: stage.required,
    approved: stage.approved,
    roles: stage.roles.map(({ role, slackGroupId, slackUserIds, note }) => ({
      role,
      slack_group_id: slackGroupId,
      slack_user_ids: slackUserIds,
      note,
    })),
  };
}

function voteJson(vote: ApprovalView["votes"][number]): object {
  return {
    person_id: vote.personId,
    name: vote.name,
    slack_user_id: vote.slackUserId,
    choice: vote.choice,
    reason: vote.reason,
    stage: vote.stage,
    seat: vote.seat,
    via: vote.via,
    cast_at: vote.castAt,
  };
}
