import { describe, expect, test } from "@jest/globals";
import type { PolicyEvent } from "../../src/core/event.ts";
import type { EvaluateNode, WorkflowDefinition } from "../../src/core/graph.ts";
import type { Json } from "../../src/core/json.ts";
import { isActionable } from "../../src/decide/actionable.ts";
import { evaluateNode } from "../../src/decide/evaluate-node.ts";
import { matchWorkflow } from "../../src/decide/match.ts";
import { scopeOf } from "../../src/decide/scope.ts";
import { bucketEvent, threatEvent } from "./events.ts";

function workflowOn(event: string, conditions: readonly (readonly [string, Json])[]): WorkflowDefinition {
  const trigger = { event, conditions: conditions.map(([fact, expected]) => ({ fact, expected })) };
  return {
    name: "w",
    stem: "w",
    description: "",
    version: "1",
    file: "w.yaml",
    digest: "0",
    trigger,
    graph: { start: "start", nodes: {}, edges: [] },
  };
}

describe("7.1: trigger conditions", () => {
  const event = bucketEvent({ facts: { data_classification: "PII", open_ports: [22, 443], exposed: true, count: 3 } });
  const table: readonly (readonly [string, Json, boolean])[] = [
    ["policy_name", "s3-no-public-access", true],
    ["policy_name", "S3-no-public-access", false],
    ["resource_type", "AWS::S3::Bucket", true],
    ["resource_type", ["AWS::EC2::Instance", "AWS::S3::Bucket"], true],
    ["severity", "HIGH", true],
    ["severity", ["HIGH", "CRITICAL"], true],
    ["severity", ["LOW"], false],
    ["categories", "storage", true],
    ["categories", ["security", "data_breach"], true],
    ["categories", ["data_breach"], false],
    ["data_classification", ["PII", "PHI", "PCI"], true],
    ["open_ports", 22, true],
    ["open_ports", [80, 443], true],
    ["open_ports", "22", false],
    ["exposed", true, true],
    ["exposed", 1, false],
    ["exposed", "true", false],
    ["count", 3, true],
    ["missing", "x", false],
    ["missing", null, false],
    ["toString", "x", false],
    ["__proto__", "x", false],
  ];
  test.each(table)("%s against %j: %s", (fact, expected, holds) => {
    expect(matchWorkflow(event, workflowOn("policy.violation.created", [[fact, expected]])).matches).toBe(holds);
  });

  test("every condition must hold, and each is answered", () => {
    const { matches, conditions } = matchWorkflow(
      event,
      workflowOn("policy.violation.created", [
        ["severity", "LOW"],
        ["missing", 1],
        ["count", 3],
      ]),
    );
    expect(matches).toBe(false);
    expect(conditions).toEqual([
      { name: "event", expected: "policy.violation.created", actual: "policy.violation.created", holds: true },
      { name: "severity", expected: "LOW", actual: "HIGH", holds: false },
      { name: "missing", expected: 1, actual: undefined, holds: false },
      { name: "count", expected: 3, actual: 3, holds: true },
    ]);
  });

  test("another event type never matches", () => {
    expect(matchWorkflow(event, workflowOn("threat.detected", [])).matches).toBe(false);
    expect(matchWorkflow(threatEvent, workflowOn("threat.detected", [["threat_score", 8.7]])).matches).toBe(true);
  });

  test("a claim does not outshout the finding", () => {
    const claimed = bucketEvent({ facts: { severity: "LOW", policy_name: "other" } });
    expect(
      matchWorkflow(
        claimed,
        workflowOn("policy.violation.created", [
          ["severity", "HIGH"],
          ["policy_name", "s3-no-public-access"],
        ]),
      ).matches,
    ).toBe(true);
  });

  test("a scan's facts are read from the scan", () => {
    const scan: PolicyEvent = {
      ...threatEvent,
      type: "scan.sensitive_data_detected",
      scan: { data_classification: ["PII"], exposure_level: "public" },
    };
    expect(
      matchWorkflow(
        scan,
        workflowOn("scan.sensitive_data_detected", [
          ["data_classification", ["PII", "PHI"]],
          ["exposure_level", "public"],
        ]),
      ).matches,
    ).toBe(true);
  });
});

describe("7.4: evaluation steps", () => {
  const node = (part: Partial<EvaluateNode>): EvaluateNode => ({
    kind: "evaluate",
    id: "a",
    name: "a",
    conditions: [],
    onFalse: "continue",
    ...part,
  });
  const conditions = [
    { fact: "bucket_has_sensitive_data", expected: true },
    { fact: "bucket_environment", expected: "production" },
  ];

  test("facts and a verdict", () => {
    const event = bucketEvent({ tags: { Environment: "prod" }, facts: { bucket_has_sensitive_data: true } });
    expect(evaluateNode(node({ conditions }), scopeOf(event))).toEqual({
      passed: true,
      facts: { bucket_has_sensitive_data: true, bucket_environment: "production" },
      warnings: [],
      output: { passed: true, facts: { bucket_has_sensitive_data: true, bucket_environment: "production" } },
    });
  });

  test("7.2: a missing fact is false, with a warning", () => {
    expect(evaluateNode(node({ conditions }), scopeOf(bucketEvent()))).toMatchObject({
      passed: false,
      warnings: [
        "bucket_has_sensitive_data is unknown and counts as false",
        "bucket_environment is unknown and counts as false",
      ],
    });
  });

  test("a script's value is the output; a failing one is no verdict", () => {
    const scope = scopeOf(bucketEvent({ facts: { exposed: true, word: "no" } }));
    expect(evaluateNode(node({ script: 'if exposed:\n  return "CRITICAL"\nreturn "LOW"' }), scope)).toMatchObject({
      passed: true,
      output: { passed: true, output: "CRITICAL" },
    });
    expect(evaluateNode(node({ script: "return not exposed" }), scope)).toMatchObject({
      passed: false,
      output: { output: false },
    });
    expect(evaluateNode(node({ script: "if word:\n  return 1\nreturn 2" }), scope)).toEqual({
      passed: false,
      facts: {},
      warnings: ["the script failed: a text has no truth value: compare it, as in x == 'yes'"],
      output: { passed: false, facts: {} },
    });
    expect(evaluateNode(node({ script: "return gone" }), scope)).toMatchObject({
      passed: false,
      warnings: ["gone is unknown and counts as false"],
    });
  });

  test("7.5: a later step reads the output with its type", () => {
    const scope = scopeOf(bucketEvent(), {
      steps: { a: { output: { passed: true, output: "CRITICAL" } }, b: { output: { bucket: "x" } }, c: {} },
    });
    expect(scope["steps"]).toEqual({
      a: { passed: true, output: "CRITICAL" },
      b: { bucket: "x", output: { bucket: "x" } },
    });
  });
});

describe("7.12: which findings start runs", () => {
  test.each([
    [{}, true],
    [{ workflow_status: "NEW", record_state: "ACTIVE", compliance_status: "FAILED" }, true],
    [{ workflow_status: "NOTIFIED" }, true],
    [{ workflow_status: "SUPPRESSED" }, false],
    [{ workflow_status: "RESOLVED" }, false],
    [{ record_state: "ARCHIVED" }, false],
    [{ compliance_status: "PASSED" }, false],
    [{ compliance_status: "NOT_AVAILABLE" }, false],
    [{ workflow_status: 7 }, false],
  ] as const)("%j: %s", (violation, actionable) => {
    expect(isActionable(bucketEvent({ violation })).actionable).toBe(actionable);
  });

  test("the reason is told, and a person's request is always acted on", () => {
    const event = bucketEvent({ violation: { workflow_status: "RESOLVED" } });
    expect(isActionable(event).reason).toBe('workflow_status is "RESOLVED", not NEW or NOTIFIED');
    expect(isActionable({ ...event, requestedBy: "p-1" })).toEqual({
      actionable: true,
      reason: "a person asked for it",
    });
  });
});
