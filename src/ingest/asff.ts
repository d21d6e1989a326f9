import { z } from "zod";
import type { PolicyEvent, Violation } from "../core/event.ts";
import { newId } from "../core/identifiers.ts";
import type { JsonObject } from "../core/json.ts";
import type { Level } from "../core/level.ts";
import { nameFromArn, resourceType } from "./aws-names.ts";
import { checked, isoTime, shortKey } from "./checked.ts";
import type { NormaliseContext } from "./normalise.ts";

/* The AWS Security Finding Format, as far as remediation needs it. Fields we do not read may be anything. */

const text = z.string().min(1).max(2048);
const label = z.enum(["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]);

const Resource = z.looseObject({
  Type: text,
  Id: text,
  Region: text.optional(),
  Tags: z.record(z.string(), z.string()).nullish(),
});

const Finding = z.looseObject({
  SchemaVersion: z.literal("2018-10-08"),
  Id: text,
  ProductArn: text,
  AwsAccountId: z.string().regex(/^\d{12}$/, "an AWS account id is a string of 12 digits"),
  Region: text.optional(),
  GeneratorId: text.optional(),
  Types: z.array(text).max(50).optional(),
  CreatedAt: text.optional(),
  FirstObservedAt: text.optional(),
  UpdatedAt: text,
  Title: text.optional(),
  Severity: z.looseObject({ Label: label.optional(), Normalized: z.number().min(0).max(100).optional() }).optional(),
  FindingProviderFields: z.looseObject({ Severity: z.looseObject({ Label: label.optional() }).optional() }).optional(),
  ProductFields: z.looseObject({ ControlId: text.optional(), RuleId: text.optional() }).optional(),
  Compliance: z.looseObject({ Status: text.optional(), SecurityControlId: text.optional() }).optional(),
  Workflow: z.looseObject({ Status: text.optional() }).optional(),
  WorkflowState: text.optional(),
  RecordState: text.optional(),
  Resources: z.array(Resource).min(1, "a finding names at least one resource").max(32),
});
type Finding = z.infer<typeof Finding>;

export function isAsff(json: JsonObject): boolean {
  return typeof json["ProductArn"] === "string" && "SchemaVersion" in json && "AwsAccountId" in json;
}

/** `path`: where in the body the finding stands. @throws PolicyError `bad_input`. */
export function readAsff(
  json: JsonObject,
  context: NormaliseContext,
  options: { readonly path?: readonly PropertyKey[]; readonly format?: string } = {},
): PolicyEvent {
  const path = options.path ?? [];
  const finding = checked(Finding, json, path, "an ASFF finding");
  return {
    id: newId(),
    tenantId: context.sender.tenantId,
    type: "policy.violation.created",
    format: options.format ?? "asff",
    // Findings are sent again on every update and delivered at least once: one update is one event.
    key: shortKey(`${finding.Id}@${finding.UpdatedAt}`),
    fingerprint: shortKey(finding.Id),
    occurredAt: isoTime(finding.UpdatedAt, [...path, "UpdatedAt"]),
    violation: violationOf(finding, path, context),
    facts: {},
    sender: context.sender,
  };
}

function violationOf(finding: Finding, path: readonly PropertyKey[], context: NormaliseContext): Violation {
  const control = controlOf(finding);
  const types = finding.Types ?? [];
  const names = [...(control === undefined ? [] : [control]), ...types];
  const policy = names.map(context.policyName).find((name) => name !== undefined);
  const detectedAt = finding.FirstObservedAt ?? finding.CreatedAt ?? finding.UpdatedAt;
  const resource = finding.Resources[0]!;
  const others = finding.Resources.slice(1).map(({ Id }) => Id);
  return {
    id: finding.Id,
    // A control nobody mapped keeps its own name: it is stored and shown, and no workflow asks for it.
    policy: { name: policy ?? names[0] ?? "unnamed" },
    severity: severityOf(finding),
    detected_at: isoTime(detectedAt, path),
    ...optional("title", finding.Title),
    ...optional("control_id", control),
    ...optional("finding_type", types[0]),
    ...optional("workflow_status", finding.Workflow?.Status ?? finding.WorkflowState),
    ...optional("record_state", finding.RecordState),
    ...optional("compliance_status", finding.Compliance?.Status),
    ...(others.length > 0 ? { other_resources: others } : {}),
    resource: {
      id: resource.Id,
      name: nameFromArn(resource.Id),
      type: resourceType(resource.Type),
      account_id: finding.AwsAccountId,
      ...optional("region", resource.Region ?? finding.Region),
      ...optional("tags", resource.Tags ?? undefined),
    },
  };
}

/** With consolidated findings the control's own id; before them the standard's. CIS rules are bare numbers, so they get their standard's name. */
function controlOf(finding: Finding): string | undefined {
  const consolidated = /^security-control\/(\S+)$/.exec(finding.GeneratorId ?? "")?.[1];
  const { ControlId, RuleId } = finding.ProductFields ?? {};
  const cis = RuleId !== undefined && /cis-aws-foundations-benchmark/.test(finding.GeneratorId ?? finding.Id);
  return finding.Compliance?.SecurityControlId ?? consolidated ?? ControlId ?? (cis ? `CIS.${RuleId}` : RuleId);
}

function severityOf(finding: Finding): Level {
  const given = finding.Severity?.Label ?? finding.FindingProviderFields?.Severity?.Label;
  if (given !== undefined) return given === "INFORMATIONAL" ? "LOW" : given;
  const score = finding.Severity?.Normalized;
  // The bands of the ASFF documentation. A finding without any severity counts as high: unknown is never harmless.
  if (score === undefined) return "HIGH";
  if (score >= 90) return "CRITICAL";
  if (score >= 70) return "HIGH";
  return score >= 40 ? "MEDIUM" : "LOW";
}

function optional<K extends string, V>(key: K, value: V | undefined): { [name in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [name in K]?: V };
}
