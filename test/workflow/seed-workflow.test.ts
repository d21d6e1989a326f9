import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import type { PolicyEvent } from "../../src/core/event.ts";
import type { ActionNode, GateNode } from "../../src/core/graph.ts";
import { lintReport } from "../../src/cli/workflow-lint.ts";
import { decideGate } from "../../src/decide/gate.ts";
import { matchWorkflow } from "../../src/decide/match.ts";
import { requirementFor } from "../../src/decide/requirement.ts";
import { scopeOf } from "../../src/decide/scope.ts";
import { renderTemplate } from "../../src/expression/template.ts";
import { findWorkflow, loadDocuments } from "../../src/workflow/documents.ts";
import { actions } from "./catalogue.ts";

const folder = new URL("../../workflows/", import.meta.url);
const shipped = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .filter((name) =>
    [
      "auto-remediate-s3-public-access",
      "approvers",
      "approval-matrix",
      "conditions",
      "permissions",
      "policies",
      "settings",
    ].includes(name.replace(".yaml", "")),
  )
  .map((name) => ({ file: `workflows/${name}`, text: readFileSync(new URL(name, folder), "utf8") }));
const { documents, problems } = loadDocuments(shipped, actions);
const workflow = findWorkflow(documents, "auto-remediate-s3-public-access")!;
const gate = workflow.graph.nodes["approval"] as GateNode;

const event: PolicyEvent = {
  id: "0193-1",
  tenantId: "default",
  type: "policy.violation.created",
  format: "native",
  key: "evt-1",
  occurredAt: "2026-11-21T10:00:00Z",
  facts: { bucket_has_sensitive_data: true },
  sender: { name: "sandbox", tenantId: "default", scopes: ["events", "act"] },
  violation: {
    id: "v-1",
    policy: { name: "s3-no-public-access" },
    severity: "HIGH",
    categories: ["security"],
    resource: {
      id: "arn:aws:s3:::acme-logs",
      name: "acme-logs",
      type: "AWS::S3::Bucket",
      account_id: "123456789012",
      region: "us-east-1",
      tags: { Environment: "production", Owner: "ana@example.com" },
    },
  },
};

test("the shipped documents have no problems", () => {
  expect(lintReport(problems)).toBe("");
});

test("the seed's workflow is shipped word for word and compiles to one gate before its one change", () => {
  const text = shipped.find((file) => file.file.endsWith("auto-remediate-s3-public-access.yaml"))!.text;
  expect(text.startsWith("# Basic automation workflow structure\nworkflow:\n")).toBe(true);
  expect(workflow).toMatchObject({
    name: "auto-remediate-s3-public-access",
    stem: "auto-remediate-s3-public-access",
    version: "1.0",
  });
  expect(workflow.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(workflow.graph.edges.map((edge) => `${edge.from} > ${edge.to}`)).toEqual([
    "start > assess_risk",
    "assess_risk > approval",
    "approval > disable_public_access",
    "disable_public_access > disable_public_access.verify",
    "disable_public_access.verify > notify_team",
    "notify_team > end",
  ]);
  expect(gate).toMatchObject({
    kind: "gate",
    covers: ["disable_public_access"],
    approval: {
      requiredFor: ["production_resources", "high_business_impact"],
      approvers: ["security_team", "resource_owner"],
    },
  });
  expect(workflow.graph.nodes["disable_public_access"]).toMatchObject({
    kind: "action",
    stepType: "remediation",
    action: "aws_s3_disable_public_access",
    changesSomething: true,
    location: { file: "workflows/auto-remediate-s3-public-access.yaml", line: 23, column: 13 },
  });
  expect(workflow.graph.nodes["disable_public_access.verify"]).toMatchObject({
    kind: "verify",
    of: "disable_public_access",
  });
});

test("load, match, decide, render: a public production bucket needs the security team and its owner", () => {
  expect(matchWorkflow(event, workflow).matches).toBe(true);
  const decision = decideGate({
    event,
    gate,
    documents,
    actions: [{ impact: "MEDIUM" }],
    planFacts: { tags: { Environment: "production" } },
  });
  expect(decision).toMatchObject({
    needed: true,
    level: "HIGH",
    decision: { path: "approval", rule: "required_for production_resources", impact: "HIGH" },
  });
  expect(decision.because[0]).toBe("production_resources: environment is production");
  const requirement = requirementFor({ gate, level: decision.level, documents });
  expect(requirement.stages).toEqual([
    {
      name: "approval",
      requiredApprovals: 2,
      roles: [
        { role: "security_team", slackGroup: "@security" },
        { role: "resource_owner", from: "resource.tags.Owner" },
      ],
    },
  ]);
  expect(requirement.timeoutMs).toBe(300_000);
  expect(requirement.expiryRoles).toEqual([{ role: "ciso", slackGroup: "@ciso" }]);
  const scope = scopeOf(event, { runId: "r-1" });
  expect(renderTemplate((workflow.graph.nodes["disable_public_access"] as ActionNode).parameters, scope)).toEqual({
    bucket_name: "acme-logs",
    preserve_existing_policy: true,
  });
  expect(renderTemplate((workflow.graph.nodes["notify_team"] as ActionNode).parameters, scope)).toEqual({
    channel: "#security-alerts",
    message: "S3 bucket acme-logs public access disabled automatically",
  });
});

test("a development bucket, proven by the provider's tags, is fixed without approval by a credential that may act", () => {
  const dev: PolicyEvent = {
    ...event,
    violation: { ...event.violation!, resource: { ...event.violation!.resource, tags: { Environment: "dev" } } },
  };
  const input = {
    event: dev,
    gate,
    documents,
    actions: [{ impact: "MEDIUM" }] as const,
    planFacts: { tags: { Environment: "dev" } },
  };
  expect(decideGate(input)).toMatchObject({ needed: false, level: "MEDIUM", decision: { path: "auto" } });
  expect(decideGate({ ...input, event: { ...dev, sender: { ...dev.sender, scopes: ["events"] } } })).toMatchObject({
    needed: true,
    decision: { rule: "no act scope" },
  });
});

test("moving a comment changes no digest; changing a parameter does", () => {
  const name = "workflows/auto-remediate-s3-public-access.yaml";
  const load = (change: (text: string) => string): string => {
    const files = shipped.map((file) => (file.file === name ? { ...file, text: change(file.text) } : file));
    return findWorkflow(loadDocuments(files, actions).documents, "auto-remediate-s3-public-access")!.digest;
  };
  expect(load((text) => `# another comment\n\n${text}`)).toBe(workflow.digest);
  expect(load((text) => text.replace("preserve_existing_policy: true", "preserve_existing_policy: false"))).not.toBe(
    workflow.digest,
  );
});

test("Security Hub's spellings of the public access controls mean the seed's policy", () => {
  const nameFor = (id: string): string | undefined => documents.policyNames.nameFor(id);
  for (const id of [
    "S3.2",
    "S3.3",
    "S3.8",
    "security-control/S3.8",
    "aws-foundational-security-best-practices/v/1.0.0/S3.2",
    "aws-foundational-security-best-practices/v/1.0.0/S3.3",
    "pci-dss/v/3.2.1/PCI.S3.1",
    "pci-dss/v/3.2.1/PCI.S3.2",
    "cis-aws-foundations-benchmark/v/1.4.0/2.1.5",
  ])
    expect([id, nameFor(id)]).toEqual([id, "s3-no-public-access"]);
  expect(nameFor("arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.3")).toBe(
    "iam-credentials-unused",
  );
  expect(nameFor("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS")).toBe(
    "iam-credentials-compromised",
  );
  expect(nameFor("nothing/like/it")).toBeUndefined();
  expect(nameFor("constructor")).toBeUndefined();
});
