import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { PolicyEvent } from "../../src/core/event.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { levelRank, levels } from "../../src/core/level.ts";
import { decideGate, type GateDecision } from "../../src/decide/gate.ts";
import { bucketEvent, documentsWith, gateWith, threatEvent } from "./events.ts";

const documents = documentsWith();
const low = [{ impact: "LOW" }] as const;

function decide(
  event: PolicyEvent,
  requiredFor: readonly string[],
  planFacts?: JsonObject,
  now?: string,
): GateDecision {
  return decideGate({
    event,
    gate: gateWith({ requiredFor }),
    documents,
    actions: low,
    planFacts,
    ...(now === undefined ? {} : { now }),
  });
}

describe("7.3: impact", () => {
  test.each([
    ["production by the provider's tag", { tags: { Environment: "production" } }, "HIGH"],
    ["prod", { tags: { env: "prod" } }, "HIGH"],
    ["prod in any case and dress", { tags: { ENV: " Prod-EU " } }, "HIGH"],
    ["nobody says", { tags: {} }, "HIGH"],
    ["no tags were read", {}, "HIGH"],
    ["an empty tag", { tags: { Environment: "" } }, "HIGH"],
    ["development", { tags: { Environment: "dev" } }, "LOW"],
    ["a product is not production", { tags: { Environment: "products-dev" } }, "LOW"],
    ["one tag of two says production", { tags: { Environment: "dev", env: "production" } }, "HIGH"],
  ] as const)("%s", (_, planFacts, level) => {
    expect(decide(bucketEvent(), [], planFacts).level).toBe(level);
  });

  test("the highest of actions, entity risk and environment", () => {
    const dev = { tags: { Environment: "dev" } };
    const withRisk = (risk: "LOW" | "MEDIUM" | "HIGH" | "CRITICAL"): PolicyEvent => ({
      ...threatEvent,
      threat: { ...threatEvent.threat!, entity: { id: "e", risk } },
    });
    expect(decide(withRisk("MEDIUM"), [], dev).level).toBe("MEDIUM");
    expect(decide(withRisk("CRITICAL"), [], dev).level).toBe("CRITICAL");
    expect(
      decideGate({
        event: bucketEvent(),
        gate: gateWith({}),
        documents,
        actions: [{ impact: "MEDIUM" }, { impact: "CRITICAL" }],
        planFacts: dev,
      }).level,
    ).toBe("CRITICAL");
  });

  test("the seed's example event gives high impact", () => {
    const decision = decideGate({
      event: threatEvent,
      gate: gateWith({}),
      documents,
      actions: [{ impact: "HIGH" }, { impact: "HIGH" }],
      planFacts: {},
    });
    expect(decision.level).toBe("HIGH");
  });
});

describe("A22: tags and claims can raise the impact, never lower it", () => {
  test("the sender says dev, the provider production", () => {
    expect(
      decide(bucketEvent({ tags: { Environment: "dev" }, facts: { environment: "dev" } }), ["production_resources"], {
        tags: { Environment: "production" },
      }),
    ).toMatchObject({
      needed: true,
      level: "HIGH",
      because: ["production_resources: environment is production"],
    });
  });
  test("the sender says dev, the provider nothing", () => {
    expect(decide(bucketEvent({ tags: { Environment: "dev" } }), ["production_resources"], { tags: {} })).toMatchObject(
      {
        needed: true,
        because: ["production_resources: environment is unknown: the tags read from the provider do not name it"],
      },
    );
  });
  test("the sender says production, the provider dev", () => {
    for (const event of [
      bucketEvent({ tags: { env: "prod" } }),
      bucketEvent({ facts: { bucket_environment: "production" } }),
    ])
      expect(decide(event, ["production_resources"], { tags: { Environment: "dev" } })).toMatchObject({
        needed: true,
        level: "HIGH",
      });
  });
  test("both say dev", () => {
    expect(
      decide(bucketEvent({ tags: { env: "dev" } }), ["production_resources", "high_business_impact"], {
        tags: { Environment: "dev" },
      }),
    ).toMatchObject({
      needed: false,
      level: "LOW",
      because: ["none of production_resources, high_business_impact holds"],
    });
  });
  test("before reading, the finding's tags decide provisionally", () => {
    expect(decide(bucketEvent({ tags: { env: "dev" } }), ["production_resources"]).needed).toBe(false);
    expect(decide(bucketEvent(), ["production_resources"]).needed).toBe(true);
  });

  test("property: no event facts and no finding tags make a decision laxer", () => {
    const words = fc.constantFrom("production", "prod", "dev", "staging", "", "x");
    const tags = fc.dictionary(fc.constantFrom("Environment", "env", "Team"), words);
    const facts = fc.dictionary(
      fc.constantFrom("environment", "bucket_environment", "contains_pii", "internet_facing", "tags", "resource"),
      fc.oneof(words, fc.boolean(), tags),
    );
    const requiredFor = [
      "production_resources",
      "high_business_impact",
      "high_risk_resource",
      "production_environment",
    ];
    fc.assert(
      fc.property(tags, facts, tags, (found, claims, read) => {
        const planFacts = { tags: read, contains_pii: false, internet_facing: false, admin_access_enabled: false };
        const plain = decide(bucketEvent(), requiredFor, planFacts);
        const claimed = decide(bucketEvent({ tags: found, facts: claims }), requiredFor, planFacts);
        expect(levelRank(claimed.level)).toBeGreaterThanOrEqual(levelRank(plain.level));
        expect(claimed.needed || !plain.needed).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("7.6: required_for", () => {
  const dev = { tags: { Environment: "dev" } };
  test("a named condition that holds, is false, is unknown, fails", () => {
    const facts = { contains_pii: false, internet_facing: false, admin_access_enabled: false };
    expect(decide(bucketEvent(), ["high_risk_resource"], { ...dev, ...facts }).needed).toBe(false);
    expect(decide(bucketEvent(), ["high_risk_resource"], { ...dev, ...facts, internet_facing: true }).because).toEqual([
      "high_risk_resource: it holds",
    ]);
    expect(decide(bucketEvent(), ["high_risk_resource"], dev).because).toEqual([
      "high_risk_resource: resource.contains_pii, resource.internet_facing, resource.admin_access_enabled unknown",
    ]);
    expect(decide(bucketEvent(), ["mismatch"], dev).because).toEqual([
      "mismatch: it cannot be evaluated: > cannot compare a text with a number",
    ]);
    expect(decide(bucketEvent(), ["gone"], dev).because).toEqual(["gone: no document defines this condition"]);
  });

  test("a claim that says no settles nothing, a claim that says yes does", () => {
    const no = { contains_pii: false, internet_facing: false, admin_access_enabled: false };
    expect(decide(bucketEvent({ facts: no }), ["high_risk_resource"], dev).needed).toBe(true);
    expect(
      decide(bucketEvent({ facts: { contains_pii: true } }), ["high_risk_resource"], { ...dev, ...no }).because,
    ).toEqual(["high_risk_resource: it holds by what the sender says"]);
  });

  test("time is known only when it is given", () => {
    expect(decide(bucketEvent(), ["business_hours"], dev).because).toEqual(["business_hours: time unknown"]);
    expect(decide(bucketEvent(), ["business_hours"], dev, "2026-11-20T10:00:00Z").needed).toBe(true);
    expect(decide(bucketEvent(), ["business_hours"], dev, "2026-11-20T20:00:00Z").needed).toBe(false);
  });

  test("high_business_impact is impact HIGH or above", () => {
    for (const impact of levels)
      expect(
        decideGate({
          event: bucketEvent(),
          gate: gateWith({ requiredFor: ["high_business_impact"] }),
          documents,
          actions: [{ impact }],
          planFacts: dev,
        }).needed,
      ).toBe(levelRank(impact) >= levelRank("HIGH"));
  });
});

describe("7.9: the act scope", () => {
  test("with no approval part, an event that may act is fixed; any other asks", () => {
    expect(decide(bucketEvent(), [], { tags: { env: "prod" } })).toMatchObject({
      needed: false,
      because: ["the workflow asks for no approval"],
      decision: { path: "auto", impact: "HIGH" },
    });
    expect(decide(bucketEvent({ scopes: ["events"] }), [], { tags: { env: "dev" } })).toMatchObject({
      needed: true,
      because: ["no act scope: events of the credential scanner are never fixed without approval"],
      decision: { path: "approval", rule: "no act scope" },
    });
  });

  test("the first rule is named, every reason is told", () => {
    const decision = decide(bucketEvent({ scopes: [] }), ["production_resources"], { tags: { env: "prod" } });
    expect(decision.decision.rule).toBe("required_for production_resources");
    expect(decision.because).toHaveLength(2);
  });
});

test("an undo asks always, at the impact it is given", () => {
  const gate = gateWith({ always: true, impact: "CRITICAL" });
  expect(
    decideGate({ event: bucketEvent(), gate, documents, actions: low, planFacts: { tags: { env: "dev" } } }),
  ).toMatchObject({ needed: true, level: "CRITICAL", because: ["the workflow always asks"] });
});
