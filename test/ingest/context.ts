import type { Sender } from "../../src/core/event.ts";
import type { NormaliseContext } from "../../src/ingest/normalise.ts";

export const sender: Sender = { name: "test", tenantId: "default", scopes: ["events"] };

const policies: ReadonlyMap<string, string> = new Map(
  ["S3.1", "S3.2", "S3.3", "S3.8"].map((control) => [control, "s3-no-public-access"]),
);

export const context: NormaliseContext = {
  headers: {},
  sender,
  receivedAt: new Date("2026-11-21T10:00:05Z"),
  policyName: (name) => policies.get(name),
};

/** The native event of CONTRACT, word for word. */
export const nativeEvent = {
  event_type: "policy.violation.created",
  event_id: "evt-1",
  timestamp: "2026-11-21T10:00:00Z",
  tenant_id: "default",
  violation: {
    id: "v-1",
    policy: { name: "s3-no-public-access" },
    severity: "HIGH",
    categories: ["security"],
    detected_at: "2026-11-21T09:59:00Z",
    resource: {
      id: "arn:aws:s3:::acme-logs",
      name: "acme-logs",
      type: "AWS::S3::Bucket",
      account_id: "123456789012",
      region: "us-east-1",
      tags: { Environment: "production", Owner: "ana@example.com" },
    },
  },
  facts: { bucket_has_sensitive_data: true },
} as const;

/** A finding as Security Hub writes it, with what a test wants to be different. */
export function asff(changes: Record<string, unknown> = {}) {
  return {
    SchemaVersion: "2018-10-08",
    Id: "arn:aws:securityhub:us-east-1:111111111111:security-control/S3.2/finding/1",
    ProductArn: "arn:aws:securityhub:us-east-1::product/aws/securityhub",
    GeneratorId: "security-control/S3.2",
    AwsAccountId: "111111111111",
    Region: "us-east-1",
    Types: ["Software and Configuration Checks/Industry and Regulatory Standards"],
    FirstObservedAt: "2026-11-20T08:00:00.000Z",
    CreatedAt: "2026-11-20T08:00:00.000Z",
    UpdatedAt: "2026-11-20T09:00:00.000Z",
    Severity: { Label: "CRITICAL", Normalized: 90 },
    Title: "S3 general purpose buckets should block public read access",
    Description: "…",
    Compliance: { Status: "FAILED", SecurityControlId: "S3.2" },
    Workflow: { Status: "NEW" },
    RecordState: "ACTIVE",
    Resources: [
      { Type: "AwsS3Bucket", Id: "arn:aws:s3:::acme-logs", Region: "us-east-1", Tags: { Environment: "production" } },
    ],
    ...changes,
  };
}

export function imported(findings: readonly unknown[], changes: Record<string, unknown> = {}) {
  return {
    version: "0",
    id: "11111111-2222-3333-4444-555555555555",
    "detail-type": "Security Hub Findings - Imported",
    source: "aws.securityhub",
    account: "111111111111",
    time: "2026-11-20T09:00:01Z",
    region: "us-east-1",
    resources: [],
    detail: { findings },
    ...changes,
  };
}
