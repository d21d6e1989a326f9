import { expect, test } from "@jest/globals";
import { scopeOf } from "../../src/decide/scope.ts";
import { timeFacts } from "../../src/decide/time-facts.ts";
import { defaultSettings } from "../../src/workflow/settings.ts";
import { bucketEvent, threatEvent } from "./events.ts";

test("7.2: provider over finding over claims, under bare names and under facts", () => {
  const event = bucketEvent({
    tags: { Environment: "dev", Team: "a" },
    facts: { severity: "LOW", size: 1, open: false },
  });
  const scope = scopeOf(event, { runId: "r", trustedFacts: { tags: { Environment: "production" }, open: true } });
  expect(scope).toMatchObject({
    severity: "HIGH",
    size: 1,
    open: true,
    environment: "production",
    bucket_environment: "production",
    run: { id: "r" },
    event: { id: "0193-1", event_id: "evt-1", type: "policy.violation.created", tenant_id: "default" },
    resource: { name: "acme-logs", tags: { Environment: "production" }, open: true },
    violation: {
      severity: "HIGH",
      policy: { name: "s3-no-public-access" },
      resource: { name: "acme-logs", tags: { Environment: "production" } },
    },
    facts: { severity: "HIGH", open: true },
  });
});

test("facts cannot take the place of a root or of the resource's own fields", () => {
  const event = bucketEvent({
    facts: { violation: "x", steps: 1, run: 2, event: 3, resource: { id: "other" }, name: "evil", id: "evil" },
  });
  const scope = scopeOf(event);
  expect(scope["violation"]).toMatchObject({ id: "v-1" });
  expect(scope["resource"]).toMatchObject({ id: "arn:aws:s3:::acme-logs", name: "acme-logs" });
  expect([scope["steps"], scope["run"]]).toEqual([{}, {}]);
});

test("I7: a fact named like the prototype stays a fact and pollutes nothing", () => {
  const facts = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as Record<string, never>;
  const scope = scopeOf(bucketEvent({ facts }));
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  expect((scope as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("risk_level is the highest of severity, score, entity risk and risky facts, whoever claims them", () => {
  expect(scopeOf(bucketEvent())["risk_level"]).toBe("HIGH");
  expect(scopeOf(bucketEvent({ facts: { data_contains_ssn: true } }))["risk_level"]).toBe("CRITICAL");
  expect(
    scopeOf(bucketEvent({ facts: { data_contains_ssn: true } }), { trustedFacts: { data_contains_ssn: false } })[
      "risk_level"
    ],
  ).toBe("CRITICAL");
  const scored = (score: number): unknown =>
    scopeOf({ ...threatEvent, threat: { ...threatEvent.threat!, score } })["risk_level"];
  expect([3.9, 4, 5.9, 6, 8.9, 9].map(scored)).toEqual(["LOW", "MEDIUM", "MEDIUM", "HIGH", "HIGH", "CRITICAL"]);
});

test("what is absent is absent: no resource, no time, no risk", () => {
  const scope = scopeOf({ ...threatEvent, threat: undefined! });
  for (const name of ["resource", "violation", "now", "time", "risk_level"])
    expect(Object.hasOwn(scope, name)).toBe(name === "threat");
});

test.each([
  ["2026-11-20T08:30:00Z", "Europe/Berlin", { time: "09:30", weekday: "FRI", business_hours: true, current_week: 47 }],
  ["2026-11-20T08:30:00Z", "UTC", { time: "08:30", weekday: "FRI", business_hours: false }],
  ["2026-11-21T10:00:00Z", "UTC", { weekday: "SAT", business_hours: false }],
  ["2026-11-20T17:00:00Z", "UTC", { time: "17:00", business_hours: true }],
  ["2026-11-20T17:01:00Z", "UTC", { business_hours: false }],
  ["2027-01-01T00:30:00Z", "America/New_York", { time: "19:30", weekday: "THU", current_week: 53 }],
  ["2027-01-04T00:00:00Z", "UTC", { time: "00:00", weekday: "MON", current_week: 1 }],
  ["2026-10-25T00:30:00Z", "Europe/Berlin", { time: "02:30" }],
  ["2026-10-25T01:30:00Z", "Europe/Berlin", { time: "02:30" }],
])("%s in %s", (now, zone, expected) => {
  expect(timeFacts(now, { ...defaultSettings, zone })).toMatchObject(expected);
});

test("a time that is none gives no facts", () => {
  expect(timeFacts("soon", defaultSettings)).toEqual({});
});
