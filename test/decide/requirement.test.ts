import { describe, expect, test } from "@jest/globals";
import { PolicyError } from "../../src/core/errors.ts";
import type { GateApproval } from "../../src/core/graph.ts";
import type { Level } from "../../src/core/level.ts";
import { requirementFor, type Requirement } from "../../src/decide/requirement.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { bucketEvent, documentsWith, gateWith } from "./events.ts";

const documents = documentsWith();

function requirement(level: Level, approval: Partial<GateApproval> = {}, from = documents): Requirement {
  return requirementFor({ gate: gateWith(approval), level, documents: from });
}
function summary(found: Requirement): string {
  return found.stages
    .map((stage) => `${stage.requiredApprovals} of ${stage.roles.map((role) => role.role).join(", ")}`)
    .join("; ");
}
function fault(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
    return `${(error as PolicyError).code}: ${(error as PolicyError).message}`;
  }
  return "accepted";
}

describe("7.7: who and how many", () => {
  test.each([
    ["LOW", {}, "1 of security_analyst"],
    ["MEDIUM", {}, "1 of security_manager, senior_analyst"],
    ["HIGH", {}, "2 of ciso, security_manager"],
    ["CRITICAL", {}, "2 of ciso, cto"],
    // The workflow's names, the matrix's count.
    ["HIGH", { approvers: ["security_team", "resource_owner"] }, "2 of security_team, resource_owner"],
    ["MEDIUM", { approvers: ["security_team", "resource_owner"] }, "1 of security_team, resource_owner"],
    ["LOW", { approvers: ["security_team"], requiredApprovals: 3 }, "3 of security_team"],
    ["HIGH", { approvers: ["security_team"], requiredApprovals: 1 }, "2 of security_team"],
  ] as const)("%s %j: %s", (level, approval, expected) => {
    expect(summary(requirement(level, approval))).toBe(expected);
  });

  test("without a matrix the workflow's own count, default 1", () => {
    const plain = documentsWith("", false);
    expect(summary(requirement("CRITICAL", { approvers: ["security_team"] }, plain))).toBe("1 of security_team");
    expect(summary(requirement("LOW", { approvers: ["security_team"], requiredApprovals: 2 }, plain))).toBe(
      "2 of security_team",
    );
    expect(fault(() => requirement("LOW", {}, plain))).toBe(
      "bad_document: 1 approval at low impact can never be given by nobody",
    );
  });

  test("a level without a row takes the next stricter one, else the strictest there is", () => {
    const sparse = documentsWith(
      "approval_matrix:\n  medium_impact: { approvers: [security_manager], required_approvals: 1 }\n  high_impact: { approvers: [security_team], required_approvals: 2 }\n",
      false,
    );
    expect(
      (["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const).map((level) => summary(requirement(level, {}, sparse))),
    ).toEqual(["1 of security_manager", "1 of security_manager", "2 of security_team", "2 of security_team"]);
  });

  test("the owner never fills the only seat at high impact or above", () => {
    const plain = documentsWith("", false);
    const approvers = ["security_team", "resource_owner"];
    expect(summary(requirement("MEDIUM", { approvers }, plain))).toBe("1 of security_team, resource_owner");
    expect(summary(requirement("HIGH", { approvers }, plain))).toBe("1 of security_team");
    expect(fault(() => requirement("HIGH", { approvers: ["resource_owner"] }, plain))).toMatch(
      /^bad_document: 1 approval at high impact can never be given by resource_owner/,
    );
  });

  test("unknown roles and quorums that cannot be met are faults (A5, A6)", () => {
    expect(fault(() => requirement("LOW", { approvers: ["securty_team"] }))).toBe(
      "unknown_name: unknown role securty_team",
    );
    expect(fault(() => requirement("HIGH", { approvers: ["ciso"] }))).toBe(
      "bad_document: 2 approvals at high impact can never be given by ciso",
    );
    expect(fault(() => requirement("HIGH", { approvers: ["ciso", "resource_owner"], requiredApprovals: 3 }))).toMatch(
      /^bad_document/,
    );
  });
});

describe("7.8: time", () => {
  test("the gate's deadline, else the settings', else five minutes", () => {
    expect(requirement("LOW").timeoutMs).toBe(300_000);
    expect(requirement("LOW", {}, documentsWith("settings: { approval_timeout: 1 hour }\n")).timeoutMs).toBe(3_600_000);
    expect(
      requirement("LOW", { timeoutMs: 60_000 }, documentsWith("settings: { approval_timeout: 1 hour }\n")).timeoutMs,
    ).toBe(60_000);
  });

  test("escalation adds people who were not asked yet, and only before the deadline", () => {
    const names = (found: Requirement): readonly string[] | undefined =>
      found.escalation?.roles.map((role) => role.role);
    expect(requirement("HIGH").escalation).toBeUndefined();
    expect(requirement("CRITICAL").escalation?.afterMs).toBe(120_000);
    expect(names(requirement("CRITICAL"))).toEqual(["security_manager"]);
    expect(names(requirement("CRITICAL", { approvers: ["security_team"] }))).toEqual(["ciso", "cto"]);
    expect(requirement("CRITICAL", { timeoutMs: 120_000 }).escalation).toBeUndefined();
  });

  test("the CISO hears of an expiry where the role is bound", () => {
    expect(requirement("LOW").expiryRoles).toEqual([{ role: "ciso", slackUsers: ["U0CISO"] }]);
  });
});

describe("chains (A15)", () => {
  const chained = documentsWith(`approval_chain:
  - { step: technical, approvers: [security_team], timeout: 24h }
  - { step: security, approvers: [security_manager], condition: risk_level >= CRITICAL, timeout: 48h }
  - { step: executive, approvers: [cto, ciso], required_approvals: 2, condition: cost_impact > 10000 }
`);
  const stages = (facts: JsonObject, severity: string, chain = "default"): string => {
    const event = bucketEvent({ violation: { severity } });
    return summary(
      requirementFor({ gate: gateWith({ chain }), level: "HIGH", documents: chained, event, planFacts: facts }),
    );
  };
  test("a stage is skipped only when its condition is certainly false", () => {
    expect(stages({ cost_impact: 5 }, "HIGH")).toBe("1 of security_team");
    expect(stages({ cost_impact: 5 }, "CRITICAL")).toBe("1 of security_team; 1 of security_manager");
    expect(stages({ cost_impact: 20_000 }, "HIGH")).toBe("1 of security_team; 2 of cto, ciso");
  });
  test("unknown, failing, or nothing to judge by: required", () => {
    expect(stages({}, "HIGH")).toBe("1 of security_team; 2 of cto, ciso");
    expect(stages({ cost_impact: "5" }, "HIGH")).toBe("1 of security_team; 2 of cto, ciso");
    expect(summary(requirement("HIGH", { chain: "default" }, chained))).toBe(
      "1 of security_team; 1 of security_manager; 2 of cto, ciso",
    );
  });
  test("the request may take as long as its stages together", () => {
    expect(requirement("HIGH", { chain: "default" }, chained).timeoutMs).toBe(72 * 3_600_000 + 300_000);
    expect(requirement("HIGH", { chain: "default", timeoutMs: 60_000 }, chained).timeoutMs).toBe(60_000);
  });
  test("an unknown chain is a fault", () => {
    expect(fault(() => stages({}, "HIGH", "defualt"))).toBe("unknown_name: unknown chain defualt");
  });
});
