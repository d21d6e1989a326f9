import type { ApprovalView, VoteView } from "../../src/core/approval.ts";
import { newId } from "../../src/core/identifiers.ts";
import type { PlannedStep, RunView, StepRecord } from "../../src/core/run.ts";

/* Views as the stages give them, for cards that need no engine. */

const bucketArn = "arn:aws:s3:::acme-logs";

export function plannedStep(patch: Partial<PlannedStep> = {}): PlannedStep {
  return {
    node: "disable_public_access",
    name: "disable_public_access",
    action: "aws_s3_disable_public_access",
    parameters: { bucket_name: "acme-logs", preserve_existing_policy: true },
    digest: "d".repeat(64),
    plan: {
      targets: [{ provider: "aws", account: "123456789012", region: "us-east-1", id: bucketArn, name: "acme-logs", type: "AWS::S3::Bucket" }], // prettier-ignore
      before: { BlockPublicAcls: false },
      after: { BlockPublicAcls: true },
      changes: [
        { field: "BlockPublicAcls", before: false, after: true },
        { field: "RestrictPublicBuckets", before: null, after: true },
      ],
      changesSomething: true,
      blastRadius: ["acme-logs is read by 2 roles"],
      missingPermissions: [],
      rollbackPlan: { available: true, estimated_duration_ms: 5_000, rollback_actions: ["restore the old setting"] },
      facts: {},
    },
    ...patch,
  };
}

export function stepRecord(patch: Partial<StepRecord> = {}): StepRecord {
  return {
    node: "disable_public_access",
    name: "disable_public_access",
    kind: "action",
    action: "aws_s3_disable_public_access",
    status: "succeeded",
    attempts: 1,
    ...patch,
  };
}

export function runView(patch: Partial<RunView> = {}): RunView {
  return {
    id: newId(),
    tenantId: "default",
    kind: "workflow",
    workflow: "auto-remediate-s3-public-access",
    workflowDigest: "a".repeat(64),
    state: "waiting",
    undoable: false,
    title: "Block public access on acme-logs",
    severity: "HIGH",
    impact: "HIGH",
    policyName: "s3-no-public-access",
    resource: { id: bucketArn, name: "acme-logs", type: "AWS::S3::Bucket", account: "123456789012", region: "us-east-1" }, // prettier-ignore
    environment: "production",
    steps: [stepRecord({ status: "pending", attempts: 0 })],
    plan: [plannedStep()],
    createdAt: "2026-11-22T10:00:00.000Z",
    updatedAt: "2026-11-22T10:00:01.000Z",
    notes: [],
    ...patch,
  };
}

export function vote(patch: Partial<VoteView> = {}): VoteView {
  return {
    personId: newId(),
    name: "Ana Analyst",
    slackUserId: "U0ANALYST",
    choice: "approve",
    stage: 0,
    castAt: "2026-11-22T10:01:00.000Z",
    seat: "security_team",
    via: "slack",
    ...patch,
  };
}

export function approvalView(run: RunView, patch: Partial<ApprovalView> = {}): ApprovalView {
  return {
    id: newId(),
    tenantId: run.tenantId,
    runId: run.id,
    nodeId: "gate",
    revision: 1,
    state: "pending",
    planDigest: "b".repeat(64),
    plan: run.plan,
    impact: "HIGH",
    stages: [
      {
        index: 0,
        name: "approval",
        state: "pending",
        roles: [
          { role: "security_team", slackGroupId: "S0SECURITY", slackUserIds: ["U0ANALYST", "U0SENIOR", "U0MANAGER"] },
          { role: "resource_owner", slackUserIds: ["U0OWNER"] },
        ],
        required: 2,
        approved: 0,
      },
    ],
    votes: [],
    createdAt: "2026-11-22T10:00:00.500Z",
    expiresAt: "2026-11-22T10:05:00.000Z",
    escalatedTo: [],
    card: { title: run.title, reasons: ["the bucket is in production"] },
    ...patch,
  };
}
