import { expect, test } from "@jest/globals";
import type { PolicyEvent } from "../../src/core/event.ts";
import type { Json } from "../../src/core/json.ts";
import { normalise, normaliseAll } from "../../src/ingest/normalise.ts";
import { asff, context, imported, nativeEvent, sender } from "./context.ts";

const read = (value: unknown) => normalise(value as Json, context);
function events(value: unknown): readonly PolicyEvent[] {
  const result = read(value);
  if ("ignored" in result) throw new Error(result.ignored);
  return result.events;
}
const one = (value: unknown) => {
  const [event, ...more] = events(value);
  expect(more).toEqual([]);
  return event!;
};
const without = (field: string) => Object.fromEntries(Object.entries(nativeEvent).filter(([name]) => name !== field));
const violation = (changes: object) => ({ ...nativeEvent, violation: { ...nativeEvent.violation, ...changes } });

test("the native event of CONTRACT is kept whole", () => {
  expect(one(nativeEvent)).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    tenantId: "default",
    type: "policy.violation.created",
    format: "native",
    key: "evt-1",
    fingerprint: "s3-no-public-access|arn:aws:s3:::acme-logs",
    occurredAt: "2026-11-21T10:00:00.000Z",
    violation: nativeEvent.violation,
    facts: { bucket_has_sensitive_data: true },
    sender,
  });
});

test("unknown fields become facts, and facts win over them", () => {
  expect(one({ ...nativeEvent, data_contains_ssn: true, bucket_has_sensitive_data: false }).facts).toEqual({
    data_contains_ssn: true,
    bucket_has_sensitive_data: true,
  });
});

test("an event without id is known by its bytes, without time by its arrival", () => {
  const [first, again] = [one(without("event_id")), one(without("event_id"))];
  expect(first.key).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(again.key).toBe(first.key);
  expect(again.id).not.toBe(first.id);
  expect(one(without("timestamp")).occurredAt).toBe("2026-11-21T10:00:05.000Z");
});

test("threats and scans are native events too", () => {
  const threat = {
    id: "t-1",
    score: 8.7,
    entity: { id: "user-1", type: "user", risk: "HIGH" },
    recommended_actions: ["x"],
  };
  expect(one({ event_type: "threat.detected", threat })).toMatchObject({ threat, fingerprint: "threat|user-1|t-1" });
  const scan = { data_classification: ["PII"], exposure_level: "public", resource: { id: "arn:aws:s3:::b" } };
  const event = one({ event_type: "scan.sensitive_data_detected", scan });
  expect(event).toMatchObject({ scan, fingerprint: "scan.sensitive_data_detected|arn:aws:s3:::b" });
  expect(one({ event_type: "deployment.finished", release: 7 })).toMatchObject({ facts: { release: 7 } });
});

test("a key too long for an index becomes its hash", () => {
  const long = one({ ...nativeEvent, event_id: "€".repeat(2_000) });
  expect(long.key).toMatch(/^sha256:/);
  expect(one(violation({ resource: { id: "r".repeat(2_000) } })).fingerprint).toMatch(/^sha256:/);
});

test.each([
  ["no violation", without("violation"), "/violation"],
  ["no threat", { event_type: "threat.detected" }, "/threat"],
  ["a type in capitals", { ...nativeEvent, event_type: "Policy" }, "/event_type"],
  ["a type that is no text", { ...nativeEvent, event_type: 7 }, "/event_type"],
  ["an unknown severity", violation({ severity: "SEVERE" }), "/violation/severity"],
  ["no policy name", violation({ policy: {} }), "/violation/policy/name"],
  ["no resource", violation({ resource: undefined }), "/violation/resource"],
  [
    "an account as a number",
    violation({ resource: { id: "x", account_id: 123456789012 } }),
    "/violation/resource/account_id",
  ],
  ["a short account", violation({ resource: { id: "x", account_id: "1234" } }), "/violation/resource/account_id"],
  ["tags that are no texts", violation({ resource: { id: "x", tags: { a: 1 } } }), "/violation/resource/tags/a"],
  ["a time of day", { ...nativeEvent, timestamp: "10:00" }, "/timestamp"],
  ["a month 13", { ...nativeEvent, timestamp: "2026-13-01T00:00:00Z" }, "/timestamp"],
  ["an event id that is no text", { ...nativeEvent, event_id: 5 }, "/event_id"],
  ["facts that are a list", { ...nativeEvent, facts: [] }, "/facts"],
])("native with %s: bad_input with its path", (_name, value, path) => {
  expect(() => read(value)).toThrow(expect.objectContaining({ code: "bad_input", path }));
});

test("I17: a tenant that is not the credential's is a mismatch in any format", () => {
  for (const value of [{ ...nativeEvent, tenant_id: "acme" }, { ...asff(), tenant_id: "acme" }, { tenant_id: 7 }])
    expect(() => read(value)).toThrow(expect.objectContaining({ code: "tenant_mismatch", path: "/tenant_id" }));
  expect(one(without("tenant_id")).tenantId).toBe("default");
});

test("an ASFF finding gives a violation that decide can judge", () => {
  const finding = asff();
  expect(one(finding)).toEqual({
    id: expect.any(String),
    tenantId: "default",
    type: "policy.violation.created",
    format: "asff",
    key: `${finding.Id}@2026-11-20T09:00:00.000Z`,
    fingerprint: finding.Id,
    occurredAt: "2026-11-20T09:00:00.000Z",
    violation: {
      id: finding.Id,
      policy: { name: "s3-no-public-access" },
      severity: "CRITICAL",
      detected_at: "2026-11-20T08:00:00.000Z",
      title: finding.Title,
      control_id: "S3.2",
      finding_type: finding.Types[0],
      workflow_status: "NEW",
      record_state: "ACTIVE",
      compliance_status: "FAILED",
      resource: {
        id: "arn:aws:s3:::acme-logs",
        name: "acme-logs",
        type: "AWS::S3::Bucket",
        account_id: "111111111111",
        region: "us-east-1",
        tags: { Environment: "production" },
      },
    },
    facts: {},
    sender,
  });
});

test.each([
  ["the consolidated id", { ProductFields: { ControlId: "S3.6" } }, "S3.2"],
  ["the generator", { Compliance: { Status: "FAILED" }, ProductFields: { ControlId: "S3.6" } }, "S3.2"],
  [
    "the standard's control",
    { Compliance: {}, GeneratorId: "x/v/1.0.0/S3.6", ProductFields: { ControlId: "S3.6" } },
    "S3.6",
  ],
  [
    "a CIS rule",
    {
      Compliance: {},
      GeneratorId: "arn:…/cis-aws-foundations-benchmark/v/1.2.0/rule/1.3",
      ProductFields: { RuleId: "1.3" },
    },
    "CIS.1.3",
  ],
  ["nothing", { Compliance: undefined, GeneratorId: "arn:aws:guardduty", ProductFields: undefined }, undefined],
])("the control id comes from %s", (_name, changes, control) => {
  expect(one(asff(changes)).violation!.control_id).toBe(control);
});

test("a control without a policy keeps its own name, a finding without control its type", () => {
  expect(one(asff({ Compliance: { SecurityControlId: "EC2.7" } })).violation!.policy.name).toBe("EC2.7");
  const bare = asff({ Compliance: undefined, GeneratorId: "x", Types: ["TTPs/Discovery"] });
  expect(one(bare).violation!.policy.name).toBe("TTPs/Discovery");
});

test.each([
  [{ Label: "INFORMATIONAL" }, "LOW"],
  [{ Label: "MEDIUM", Normalized: 90 }, "MEDIUM"],
  [{ Normalized: 0 }, "LOW"],
  [{ Normalized: 40 }, "MEDIUM"],
  [{ Normalized: 70 }, "HIGH"],
  [{ Normalized: 90 }, "CRITICAL"],
  [undefined, "HIGH"],
])("severity %j is %s", (Severity, level) => {
  expect(one(asff({ Severity })).violation!.severity).toBe(level);
});

test.each([
  ["arn:aws:rds:us-east-1:111111111111:db:database-1", "database-1"],
  ["arn:aws:iam::111111111111:user/team/ana", "ana"],
  ["arn:aws:ec2:us-east-1:111111111111:security-group/sg-1", "sg-1"],
  ["arn:aws:kms:us-east-1:111122223333:key/b2cadc72", "b2cadc72"],
  ["arn:aws-cn:s3:::bucket/some/key", "bucket"],
  ["arn:aws:sns:us-east-1:111111111111:topic", "topic"],
  ["arn:aws:rds:us-east-1:1:snapshot:rds:database-1-2022", "rds:database-1-2022"],
  ["AWS::::Account:111111111111", "111111111111"],
  ["plain", "plain"],
])("%s is called %s", (Id, name) => {
  expect(one(asff({ Resources: [{ Type: "AwsThing", Id }] })).violation!.resource).toMatchObject({
    name,
    type: "AwsThing",
  });
});

test.each([
  ["no resources", { Resources: [] }, "/Resources"],
  ["no update time", { UpdatedAt: undefined }, "/UpdatedAt"],
  ["an update time nobody reads", { UpdatedAt: "yesterday" }, "/UpdatedAt"],
  ["an account that is none", { AwsAccountId: "1" }, "/AwsAccountId"],
  ["a resource without id", { Resources: [{ Type: "AwsS3Bucket" }] }, "/Resources/0/Id"],
  ["another schema", { SchemaVersion: "2030-01-01" }, "/SchemaVersion"],
])("ASFF with %s: bad_input with its path", (_name, changes, path) => {
  expect(() => read(asff(changes))).toThrow(expect.objectContaining({ code: "bad_input", path }));
  const prefixed = expect.objectContaining({ code: "bad_input", path: `/detail/findings/1${path}` });
  expect(() => read(imported([asff(), asff(changes)]))).toThrow(prefixed);
});

test("Security Hub's import events hold findings; the envelope's id is not what tells them apart", () => {
  const [first, second] = events(imported([asff(), asff({ Id: "other" })]));
  expect([first!.format, second!.fingerprint]).toEqual(["eventbridge.securityhub", "other"]);
  expect(first!.requestedBy).toBeUndefined();
  expect(one(imported([asff()], { id: "new" })).key).toBe(first!.key);
  expect(one(imported([asff({ UpdatedAt: "2026-11-21T00:00:00Z" })])).key).not.toBe(first!.key);
});

test("a custom action is a person's request, each press its own", () => {
  const press = (id: string) =>
    one({
      ...imported([], { id, "detail-type": "Security Hub Findings - Custom Action" }),
      detail: {
        actionName: "Remediate",
        actionDescription: "…",
        findings: [asff({ Workflow: { Status: "RESOLVED" } })],
      },
    });
  expect(press("a")).toMatchObject({ requestedBy: "security-hub:111111111111:Remediate", fingerprint: asff().Id });
  expect(press("a").key).toBe(press("a").key);
  expect(press("a").key).not.toBe(press("b").key);
});

test("a known format that nothing reads says so; an unknown one is refused", () => {
  expect(read(imported([], { source: "aws.guardduty", "detail-type": "GuardDuty Finding" }))).toEqual({
    ignored: "EventBridge event “GuardDuty Finding” of “aws.guardduty” is known, and no workflow reads it",
    format: "eventbridge.aws.guardduty",
  });
  for (const value of [null, 1, "text", [], {}, { hello: "world" }])
    expect(() => read(value)).toThrow(expect.objectContaining({ code: "unknown_format" }));
  expect(() => read({ data: { Findings: [asff()] } })).toThrow(/post the elements of Findings/);
});

test("an array is all or nothing, 1 to 1,000, and its faults are numbered", () => {
  const all = (value: unknown) => normaliseAll(value as Json, context);
  expect(all([nativeEvent, asff()])).toHaveLength(2);
  expect(all(nativeEvent)).toHaveLength(1);
  const second = expect.objectContaining({ code: "bad_input", path: "/1/violation/severity" });
  expect(() => all([nativeEvent, violation({ severity: "x" })])).toThrow(second);
  expect(() => all([nativeEvent, 7])).toThrow(expect.objectContaining({ code: "unknown_format", path: "/1" }));
  expect(() => all([])).toThrow(/array of 0 events/);
  expect(() => all(Array.from({ length: 1_001 }, () => nativeEvent))).toThrow(/array of 1001 events/);
});
