import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { seedActions } from "../../src/act/seed-actions.ts";
import { lintReport } from "../../src/cli/workflow-lint.ts";
import type { ActionFacts } from "../../src/core/action.ts";
import type { EvaluateNode } from "../../src/core/graph.ts";
import { evaluateNode } from "../../src/decide/evaluate-node.ts";
import { scopeOf } from "../../src/decide/scope.ts";
import { evaluateCondition } from "../../src/expression/evaluate.ts";
import { parseExpression } from "../../src/expression/parse.ts";
import { findWorkflow, loadDocuments } from "../../src/workflow/documents.ts";
import { bucketEvent } from "../decide/events.ts";
import { actions as fewActions } from "./catalogue.ts";

/* Every document of the two seeds, cut out word for word, against the catalogue of the seeds' actions. */
const catalogue: ReadonlyMap<string, ActionFacts> = new Map([
  ...fewActions,
  ...seedActions.map((action) => [action.name, action] as const),
]);
const seed = (name: string): { file: string; text: string } => ({
  file: `seeds/${name}.yaml`,
  text: readFileSync(new URL(`./seeds/${name}.txt`, import.meta.url), "utf8"),
});
const shipped = (name: string): { file: string; text: string } => ({
  file: `workflows/${name}.yaml`,
  text: readFileSync(new URL(`../../workflows/${name}.yaml`, import.meta.url), "utf8"),
});
const files = [
  ...["approvers", "approval-matrix", "conditions", "auto-remediate-s3-public-access"].map(shipped),
  ...["security-incident-response", "data-exposure-response", "weekly-compliance-report", "approval-chain"].map(seed),
];
const { documents, problems } = loadDocuments(files, catalogue);

test("all of them load unchanged", () => {
  expect(lintReport(problems)).toBe("");
  expect(documents.workflows.map((workflow) => workflow.name)).toEqual([
    "auto-remediate-s3-public-access",
    "critical-security-incident-response",
    "data-exposure-response",
    "weekly-compliance-report",
  ]);
  expect(findWorkflow(documents, "security-incident-response")?.name).toBe("critical-security-incident-response");
});

test("a gate stands before the first change, a proof behind each", () => {
  expect(Object.keys(findWorkflow(documents, "data-exposure-response")!.graph.nodes)).toEqual([
    "start",
    "approval",
    "emergency_access_control",
    "emergency_access_control.verify",
    "assess_exposure_severity",
    "check_breach_notification",
    "end",
  ]);
  expect(findWorkflow(documents, "critical-security-incident-response")!.graph.nodes["approval"]).toMatchObject({
    covers: ["isolate_resource", "collect_evidence"],
    approval: { requiredFor: [], approvers: [] },
  });
  expect(findWorkflow(documents, "weekly-compliance-report")!.graph.nodes["approval"]).toBeUndefined();
});

test("keys of steps arrive as milliseconds and as written", () => {
  const incident = findWorkflow(documents, "security-incident-response")!.graph.nodes;
  expect(incident["isolate_resource"]).toMatchObject({ timeoutMs: 30_000, stepType: "containment" });
  expect(incident["collect_evidence"]).toMatchObject({ parameters: { retention: "30_days" } });
  const exposure = findWorkflow(documents, "data-exposure-response")!.graph.nodes;
  expect(exposure["emergency_access_control"]).toMatchObject({ maxDelayMs: 10_000 });
  expect(findWorkflow(documents, "weekly-compliance-report")!.trigger).toEqual({
    schedule: "cron(0 9 * * MON)",
    conditions: [],
  });
});

test("the script's output decides the conditional step", () => {
  const nodes = findWorkflow(documents, "data-exposure-response")!.graph.nodes;
  const condition = parseExpression((nodes["check_breach_notification"] as { condition: string }).condition);
  const verdict = (facts: Record<string, boolean>): unknown => {
    const event = bucketEvent({ facts });
    const { output } = evaluateNode(nodes["assess_exposure_severity"] as EvaluateNode, scopeOf(event));
    return evaluateCondition(condition, scopeOf(event, { steps: { assess_exposure_severity: { output } } }));
  };
  expect(verdict({ data_contains_ssn: true })).toMatchObject({ status: "value", value: true });
  expect(verdict({ data_contains_email: true })).toMatchObject({ status: "value", value: false });
  expect(verdict({})).toMatchObject({ status: "value", value: false });
});

test("the approval chain has three stages with their conditions and times", () => {
  const hour = 3_600_000;
  expect(documents.chains.get("default")).toMatchObject([
    { name: "technical_review", approvers: ["tech_lead"], requiredApprovals: 1, timeoutMs: 24 * hour },
    { name: "security_review", condition: "risk_level >= MEDIUM", timeoutMs: 48 * hour },
    { name: "executive_approval", approvers: ["cto", "ciso"], condition: "cost_impact > 10000", timeoutMs: 72 * hour },
  ]);
});
