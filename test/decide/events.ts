import type { PolicyEvent } from "../../src/core/event.ts";
import type { GateApproval, GateNode } from "../../src/core/graph.ts";
import { loadDocuments, type Documents } from "../../src/workflow/documents.ts";

/** An event of a public bucket from a credential that may act; tests change the part they are about. */
export function bucketEvent(
  change: {
    readonly tags?: Record<string, string>;
    readonly facts?: PolicyEvent["facts"];
    readonly scopes?: PolicyEvent["sender"]["scopes"];
    readonly violation?: Record<string, unknown>;
  } = {},
): PolicyEvent {
  return {
    id: "0193-1",
    tenantId: "default",
    type: "policy.violation.created",
    format: "native",
    key: "evt-1",
    occurredAt: "2026-11-21T10:00:00Z",
    facts: change.facts ?? {},
    sender: { name: "scanner", tenantId: "default", scopes: change.scopes ?? ["events", "act"] },
    violation: {
      id: "v-1",
      policy: { name: "s3-no-public-access" },
      severity: "HIGH",
      categories: ["security", "storage"],
      resource: {
        id: "arn:aws:s3:::acme-logs",
        name: "acme-logs",
        type: "AWS::S3::Bucket",
        ...(change.tags === undefined ? {} : { tags: change.tags }),
      },
      ...change.violation,
    },
  };
}

/** The remediation seed's example event: score 8.7, rotation and quarantine recommended. */
export const threatEvent: PolicyEvent = {
  id: "0193-2",
  tenantId: "tenant_123",
  type: "threat.detected",
  format: "native",
  key: "threat_456",
  occurredAt: "2024-01-15T14:25:00.000Z",
  facts: {},
  sender: { name: "detector", tenantId: "tenant_123", scopes: ["events", "act"] },
  threat: {
    id: "threat_456",
    score: 8.7,
    entity: { id: "entity_123" },
    recommended_actions: ["credential_rotation", "access_quarantine"],
  },
};

export function gateWith(approval: Partial<GateApproval>): GateNode {
  return {
    kind: "gate",
    id: "approval",
    name: "approval",
    covers: ["fix"],
    approval: { requiredFor: [], approvers: [], ...approval },
  };
}

const approvers = `approvers:
  security_team: { slack_group: "@security" }
  security_analyst: { slack_group: "@analysts" }
  senior_analyst: { slack_group: "@seniors" }
  security_manager: { slack_group: "@managers" }
  ciso: { slack_users: [U0CISO] }
  cto: { slack_users: [U0CTO] }
  resource_owner: { from: "resource.tags.Owner" }
`;
const matrix = `approval_matrix:
  low_impact: { approvers: [security_analyst], required_approvals: 1 }
  medium_impact: { approvers: [security_manager, senior_analyst], required_approvals: 1 }
  high_impact: { approvers: [ciso, security_manager], required_approvals: 2 }
  critical_impact: { approvers: [ciso, cto], required_approvals: 2, escalation_timeout: "2 minutes" }
`;
const conditions = `conditions:
  - name: business_hours
    expression: "time >= '09:00' and time <= '17:00'"
  - name: production_environment
    expression: "resource.tags.Environment == 'production'"
  - name: high_risk_resource
    expression: |
      resource.contains_pii or
      resource.internet_facing or
      resource.admin_access_enabled
  - name: mismatch
    expression: "violation.severity > 3"
`;

/** The seeds' roles, matrix and conditions; `more` adds documents. */
export function documentsWith(more = "", withMatrix = true): Documents {
  const files = [approvers, conditions, ...(withMatrix ? [matrix] : []), ...(more === "" ? [] : [more])].map(
    (text, index) => ({ file: `${index}.yaml`, text }),
  );
  const { documents, problems } = loadDocuments(files, new Map());
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return documents;
}
