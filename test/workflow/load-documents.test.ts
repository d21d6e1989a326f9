import { describe, expect, test } from "@jest/globals";
import { lintReport } from "../../src/cli/workflow-lint.ts";
import { findWorkflow, loadDocuments, suggest } from "../../src/workflow/documents.ts";
import { actions, policies } from "./catalogue.ts";

const workflow = (name: string): string => `workflow:
  name: ${name}
  trigger: { event: policy.violation.created }
  steps:
    - { name: fix, type: remediation, action: aws_s3_disable_public_access, parameters: { bucket_name: acme } }
  approval: { approvers: [security_team], timeout: 10 minutes }
`;

test("several keys may share a file, and one kind may be spread over files", () => {
  const files = [
    { file: "a.yaml", text: "approvers:\n  a: { slack_group: '@a' }\npermissions:\n  run: [a, b]\n" },
    { file: "b.yaml", text: "approvers:\n  b: { emails: [b@example.com] }\npermissions:\n  undo: [b]\n" },
  ];
  const { documents, problems } = loadDocuments(files, actions);
  expect(problems).toEqual([]);
  expect([...documents.roles.keys()]).toEqual(["a", "b"]);
  expect(documents.permissions).toEqual({
    run: ["a", "b"],
    stop: [],
    undo: ["b"],
    retry: [],
    pause: [],
    break_glass: [],
  });
});

test("without documents every default is the safe one", () => {
  const { documents, problems } = loadDocuments([], actions);
  expect(problems).toEqual([]);
  expect(documents).toMatchObject({
    workflows: [],
    matrix: undefined,
    permissions: { run: [], pause: [] },
    settings: { zone: "UTC", approvalTimeoutMs: 300_000 },
  });
  expect(documents.policyNames.nameFor("S3.2")).toBeUndefined();
});

test("a workflow answers to its name and to its file's stem, and both must be its own", () => {
  const { documents, problems } = loadDocuments(
    [policies, { file: "x/one.yaml", text: workflow("first") }, { file: "x/first.yaml", text: workflow("second") }],
    actions,
  );
  expect(findWorkflow(documents, "first")?.file).toBe("x/one.yaml");
  expect(findWorkflow(documents, "one")?.name).toBe("first");
  expect(findWorkflow(documents, "second")).toBeUndefined();
  expect(lintReport(problems)).toBe(
    "x/first.yaml:2:9: error: the workflow name first already belongs to x/one.yaml (a workflow answers to its name and to its file's name: both must be its own)\n1 error\n",
  );
});

describe("no workflow is valid while a policy cannot be read", () => {
  const good = { file: "w.yaml", text: workflow("w") };
  test("the workflow alone is valid", () => {
    expect(loadDocuments([policies, good], actions).documents.workflows).toHaveLength(1);
  });
  test.each([
    ["a syntax error", "approval_matrix: [\n"],
    ["a misspelt key", "approval_matrx: {}\n"],
    ["an unknown role", "approval_matrix:\n  high_impact: { approvers: [nobody], required_approvals: 1 }\n"],
    ["a count that cannot be met", "approval_matrix:\n  high_impact: { approvers: [ciso], required_approvals: 2 }\n"],
    ["not a mapping", "- approval_matrix\n"],
  ])("%s", (_, text) => {
    expect(loadDocuments([policies, good, { file: "p.yaml", text }], actions).documents.workflows).toEqual([]);
  });
  test("but a broken workflow is no reason to stop the others", () => {
    const { documents, problems } = loadDocuments(
      [policies, good, { file: "b.yaml", text: "workflow:\n  name: [\n" }],
      actions,
    );
    expect(documents.workflows.map((found) => found.name)).toEqual(["w"]);
    expect(problems).toHaveLength(1);
  });
});

test("the matrix, conditions, settings and policy names arrive as they were written", () => {
  const text = `approval_matrix:
  low_impact: { approvers: [security_team], required_approvals: 1 }
  critical_impact: { approvers: [ciso, cto], required_approvals: 2, escalation_timeout: "2 minutes" }
policies:
  s3: ["S3.2"]
settings:
  zone: Europe/Berlin
  approval_timeout: 10 minutes
  risk: { facts: { exposed: CRITICAL } }
`;
  const { documents, problems } = loadDocuments([policies, { file: "p.yaml", text }], actions);
  expect(problems).toEqual([]);
  expect(documents.matrix).toEqual({
    LOW: { approvers: ["security_team"], requiredApprovals: 1 },
    CRITICAL: { approvers: ["ciso", "cto"], requiredApprovals: 2, escalationTimeoutMs: 120_000 },
  });
  expect(documents.conditions.get("high_risk_resource")).toBe("resource.contains_pii or resource.internet_facing");
  expect(documents.settings).toMatchObject({
    zone: "Europe/Berlin",
    approvalTimeoutMs: 600_000,
    businessHours: { from: "09:00" },
    risk: { facts: { exposed: "CRITICAL", contains_pii: "HIGH" } },
  });
});

test("the digest covers every document that is not a workflow", () => {
  const digestOf = (text: string): string =>
    loadDocuments([policies, { file: "s.yaml", text }], actions).documents.digest;
  const base = digestOf("settings: { zone: UTC }\n");
  expect(digestOf("# comment\nsettings:\n  zone: UTC\n")).toBe(base);
  expect(digestOf("settings: { zone: Europe/Berlin }\n")).not.toBe(base);
  expect(
    loadDocuments(
      [policies, { file: "s.yaml", text: "settings: { zone: UTC }\n" }, { file: "w.yaml", text: workflow("w") }],
      actions,
    ).documents.digest,
  ).toBe(base);
});

test("I13: words that YAML of old would twist stay what they are", () => {
  const text = `workflow:
  name: w
  trigger:
    event: a.b
    conditions:
      - a: NO
      - b: 1_000
      - c: 2024-01-15
      - d: 30s
      - e: 12:30
      - f: on
      - g: "012345678901"
  steps: [{ name: s, type: evaluation, script: return 1 }]
`;
  const { documents, problems } = loadDocuments([{ file: "w.yaml", text }], actions);
  expect(problems).toEqual([]);
  expect(documents.workflows[0]!.trigger.conditions.map((entry) => entry.expected)).toEqual([
    "NO",
    "1_000",
    "2024-01-15",
    "30s",
    "12:30",
    "on",
    "012345678901",
  ]);
});

test.each(["12345678901234567890", "-9007199254740993", "1e300", "1.5E+20", "9007199254740993.0"])(
  "I13: the number %s would lose digits and is refused",
  (number) => {
    const text = `workflow:\n  name: w\n  trigger:\n    event: a.b\n    conditions:\n      - a: ${number}\n  steps: [{ name: s, type: evaluation, script: return 1 }]\n`;
    expect(loadDocuments([{ file: "w.yaml", text }], actions).problems).toMatchObject([
      { message: `${number} is beyond 2^53 and would lose digits`, location: { line: 6, column: 12 } },
    ]);
  },
);

test("the nearest name is suggested, and nothing far-fetched", () => {
  expect(suggest("remedation", ["remediation", "evaluation"])).toBe("remediation");
  expect(suggest("evnet", ["event", "schedule"])).toBe("event");
  expect(suggest("HIHG", ["LOW", "HIGH"])).toBe("HIGH");
  expect(suggest("banana", ["event", "schedule"])).toBeUndefined();
});
