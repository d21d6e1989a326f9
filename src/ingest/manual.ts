import { PolicyError } from "../core/errors.ts";
import { Violation, type PolicyEvent } from "../core/event.ts";
import type { WorkflowDefinition } from "../core/graph.ts";
import { newId } from "../core/identifiers.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { isLevel } from "../core/level.ts";
import type { Person } from "../core/ports.ts";

/**
 * A person's request as an event (CONTRACT, `run W resource.name=x severity=HIGH`): assignments set fields of the
 * violation, what the workflow's trigger fixes is filled in, the person is the requester. It never carries the `act` scope.
 * @throws PolicyError `bad_input` naming the field that is missing or wrong.
 */
export function manualEvent(
  workflow: WorkflowDefinition,
  assignments: Readonly<Record<string, string>>,
  person: Person,
  account: string | undefined,
  now: Date,
): PolicyEvent {
  const type = workflow.trigger.event ?? "policy.violation.created";
  if (type !== "policy.violation.created")
    throw new PolicyError("bad_input", `${workflow.name} starts on ${type}: send it as an event`);
  const id = newId(now.getTime());
  const draft: Record<string, unknown> = {
    id: `manual-${id}`,
    policy: { name: fixed(workflow, "policy_name") ?? workflow.name },
    severity: fixedLevel(workflow) ?? "HIGH",
    detected_at: now.toISOString(),
    resource: {
      ...(fixed(workflow, "resource_type") === undefined ? {} : { type: fixed(workflow, "resource_type") }),
      ...(account === undefined ? {} : { account_id: account }),
    },
  };
  for (const [path, value] of Object.entries(assignments)) assign(draft, path, value);
  completeResource(draft["resource"] as Record<string, unknown>);
  const violation = Violation.safeParse(draft);
  if (!violation.success) {
    const issue = violation.error.issues[0];
    throw new PolicyError("bad_input", `${issue?.path.join(".") ?? "violation"}: ${issue?.message ?? "is wrong"}`, {
      hint: "for example: resource.name=my-bucket severity=HIGH",
    });
  }
  return {
    id,
    tenantId: person.tenantId,
    type,
    format: "manual",
    key: id,
    fingerprint: `${violation.data.policy.name}:${violation.data.resource.id}`,
    occurredAt: now.toISOString(),
    violation: violation.data,
    facts: {} satisfies JsonObject,
    sender: { name: `person:${person.id}`, tenantId: person.tenantId, scopes: ["events"] },
    requestedBy: person.id,
  };
}

/** The value a trigger condition allows, when it allows exactly one kind; of a list the first. */
function fixed(workflow: WorkflowDefinition, fact: string): string | undefined {
  const expected: Json | undefined = workflow.trigger.conditions.find((condition) => condition.fact === fact)?.expected;
  const first = Array.isArray(expected) ? (expected as readonly Json[])[0] : expected;
  return typeof first === "string" ? first : undefined;
}

function fixedLevel(workflow: WorkflowDefinition): string | undefined {
  const level = fixed(workflow, "severity");
  return isLevel(level) ? level : undefined;
}

const namePart = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const forbidden = new Set(["__proto__", "constructor", "prototype"]);

function assign(draft: Record<string, unknown>, path: string, value: string): void {
  const parts = path.split(".");
  if (parts.length > 4 || !parts.every((part) => namePart.test(part) && !forbidden.has(part)))
    throw new PolicyError("bad_input", `${path} is not a field`, {
      hint: "fields look like resource.name or severity",
    });
  let target = draft;
  for (const part of parts.slice(0, -1)) {
    const next = target[part];
    if (next !== undefined && (typeof next !== "object" || next === null))
      throw new PolicyError("bad_input", `${path}: ${part} has no fields`);
    target = (target[part] ??= {}) as Record<string, unknown>;
  }
  target[parts.at(-1)!] = value;
}

/** A bucket's ARN follows from its name; anything else is identified by what was given. */
function completeResource(resource: Record<string, unknown>): void {
  const { id, name, type } = resource;
  if (id === undefined && typeof name === "string")
    resource["id"] = type === "AWS::S3::Bucket" ? `arn:aws:s3:::${name}` : name;
  if (name === undefined && typeof id === "string") resource["name"] = id.slice(id.lastIndexOf(":") + 1);
}
