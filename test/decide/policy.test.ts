import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { seedActions } from "../../src/act/seed-actions.ts";
import type { PolicyEvent } from "../../src/core/event.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Level } from "../../src/core/level.ts";
import { decideGate } from "../../src/decide/gate.ts";
import { decidePolicy, type PolicyDecision } from "../../src/decide/policy.ts";
import { requirementFor } from "../../src/decide/requirement.ts";
import { loadDocuments } from "../../src/workflow/documents.ts";
import { gateWith, threatEvent } from "./events.ts";

/* The remediation seed's policies and matrix, word for word. */
const file = (path: string): { file: string; text: string } => ({
  file: path,
  text: readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"),
});
const { documents, problems } = loadDocuments(
  [file("workflows/approvers.yaml"), file("test/workflow/seeds/remediation-policies.txt")],
  new Map(seedActions.map((action) => [action.name, action])),
);
const weekday = "2026-11-20T10:00:00Z";
const night = "2026-11-20T23:00:00Z";

function threat(score: number, risk: Level | undefined, change: Partial<PolicyEvent> = {}): PolicyEvent {
  return {
    ...threatEvent,
    threat: { id: "t", score, entity: { id: "e", ...(risk === undefined ? {} : { risk }) } },
    ...change,
  };
}
function decide(
  event: PolicyEvent,
  requested: readonly string[] = ["monitor_enhanced"],
  now = weekday,
  planFacts?: JsonObject,
): PolicyDecision {
  return decidePolicy({ event, documents, planFacts, now }, requested);
}

test("the seed's document loads unchanged", () => {
  expect(problems).toEqual([]);
});

describe("7.9: each policy, its bounds, and the gaps between them", () => {
  test.each([
    [5.9, "LOW", weekday, "auto", "auto_remediation"],
    [5.9, "LOW", night, "approval", "gap between remediation policies"],
    [5.9, "MEDIUM", weekday, "approval", "gap between remediation policies"],
    [6, "LOW", weekday, "approval", "gap between remediation policies"],
    [6, "MEDIUM", weekday, "approval", "approval_required"],
    [8.9, "HIGH", weekday, "approval", "approval_required"],
    [8.9, "CRITICAL", weekday, "approval", "gap between remediation policies"],
    [9, "HIGH", weekday, "approval", "gap between remediation policies"],
    [9, "CRITICAL", weekday, "emergency", "emergency_response"],
    [10, "CRITICAL", night, "emergency", "emergency_response"],
    // Not knowing asks, and never acts.
    [5.9, undefined, weekday, "approval", "gap between remediation policies"],
    [9.5, undefined, weekday, "approval", "gap between remediation policies"],
    [8.7, undefined, weekday, "approval", "approval_required"],
  ] as const)("score %s, risk %s at %s: %s by %s", (score, risk, now, path, rule) => {
    expect(decide(threat(score, risk), ["monitor_enhanced", "disable_entity"], now)).toMatchObject({ path, rule });
  });
});

test("only allowed actions run; automatic with nothing to do monitors", () => {
  expect(decide(threat(3, "LOW"), ["monitor_enhanced", "access_quarantine"])).toMatchObject({
    path: "auto",
    allowed: ["monitor_enhanced"],
    refused: ["access_quarantine"],
  });
  expect(decide(threat(3, "LOW"), ["access_quarantine"])).toMatchObject({
    path: "monitor",
    refused: ["access_quarantine"],
  });
  expect(decide(threat(8, "HIGH"), ["credential_rotation", "disable_entity"])).toMatchObject({
    afterApproval: ["credential_rotation"],
    refused: ["disable_entity"],
    approvalTimeoutMs: 300_000,
  });
  expect(decide(threat(9.5, "CRITICAL"), ["disable_entity", "forensic_analysis", "network_isolation"])).toMatchObject({
    path: "emergency",
    allowed: ["disable_entity"],
    afterApproval: ["forensic_analysis"],
    refused: ["network_isolation"],
  });
});

test("A21: without the act scope nothing happens at once, and the reason is told", () => {
  const sender = { name: "feed", tenantId: "default", scopes: ["events"] as const };
  for (const event of [threat(3, "LOW", { sender }), threat(9.5, "CRITICAL", { sender })])
    expect(decide(event)).toMatchObject({
      path: "approval",
      allowed: [],
      reasons: [expect.stringContaining("the credential feed has no act scope")],
    });
});

test("a claim can take the automatic path away and cannot open it", () => {
  expect(decide(threat(3, "LOW", { facts: { entity_risk: "HIGH" } })).path).toBe("approval");
  expect(decide(threat(7, "HIGH", { facts: { threat_score: 1, entity_risk: "LOW" } })).path).toBe("approval");
  expect(decide(threat(3, undefined, { facts: { entity_risk: "LOW" } })).path).toBe("approval");
  expect(decide(threat(9.5, undefined, { facts: { entity_risk: "CRITICAL" } })).path).toBe("approval");
});

test("the gate follows the policy, and its time becomes the deadline", () => {
  const gate = gateWith({ approvers: ["security_team"] });
  const dev = { tags: { Environment: "dev" } };
  const at = (event: PolicyEvent, name: string) =>
    decideGate({ event, gate, documents, actions: [{ impact: "LOW", name }], planFacts: dev, now: weekday });
  expect(at(threat(3, "LOW"), "monitor_enhanced")).toMatchObject({
    needed: false,
    decision: { path: "auto", rule: "remediation policy auto_remediation" },
  });
  expect(at(threat(3, "LOW"), "access_quarantine")).toMatchObject({
    needed: true,
    because: ["auto_remediation does not allow access_quarantine without approval"],
  });
  expect(at(threat(9.5, "CRITICAL"), "disable_entity")).toMatchObject({
    needed: false,
    decision: { path: "emergency" },
  });
  const asked = at(threat(8, "HIGH"), "credential_rotation");
  expect(asked).toMatchObject({
    needed: true,
    policyTimeoutMs: 300_000,
    decision: { rule: "remediation policy approval_required" },
  });
  expect(requirementFor({ gate, level: asked.level, documents, policyTimeoutMs: 60_000 }).timeoutMs).toBe(60_000);
});
