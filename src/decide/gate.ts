import type { Decision } from "../core/decision.ts";
import type { PolicyEvent } from "../core/event.ts";
import type { GateNode } from "../core/graph.ts";
import type { JsonObject } from "../core/json.ts";
import { isLevel, levelRank, type Level } from "../core/level.ts";
import type { Documents } from "../workflow/documents.ts";
import { environmentOf } from "./facts.ts";
import { impactOf, type Impact } from "./impact.ts";
import { whyNeeded } from "./doubt.ts";
import { decidePolicy, type PolicyDecision } from "./policy.ts";

interface GateInput {
  readonly event: PolicyEvent;
  readonly gate: GateNode;
  readonly documents: Documents;
  /** The actions that the gate covers; their names are needed only where `remediation_policies:` say what is allowed. */
  readonly actions: readonly { readonly impact: Level; readonly name?: string }[];
  /** Read from the provider with the plan; undefined before reading, which makes the decision provisional. */
  readonly planFacts: JsonObject | undefined;
  /** ISO 8601, for conditions on time; without it they are unknown, so the approval is needed. */
  readonly now?: string;
}

export interface GateDecision {
  readonly decision: Decision;
  readonly needed: boolean;
  readonly level: Level;
  /** `production_resources: environment is production`: one line per reason, for the card. */
  readonly because: readonly string[];
  /** Milliseconds the matching remediation policy gives people, for `requirementFor`. */
  readonly policyTimeoutMs?: number;
}

interface Reason {
  readonly rule: string;
  readonly text: string;
}

/**
 * Whether people must agree before the first changing step, and at which impact (DESIGN 7.3, 7.6, the `act` rule of
 * 7.9). A condition that holds, cannot be known or fails asks for approval; only a credential with the `act` scope goes
 * without.
 */
export function decideGate(input: GateInput): GateDecision {
  const { event, gate, actions, planFacts } = input;
  const fixed = gate.approval.impact;
  const impact: Impact = isLevel(fixed)
    ? { level: fixed, because: ["the impact of the run it belongs to"] }
    : impactOf(event, actions, planFacts);
  const policy = policyFor(input);
  const reasons = reasonsFor(input, impact, policy);
  const needed = reasons.length > 0;
  const because = needed ? reasons.map((reason) => reason.text) : [noReason(gate)];
  const rule =
    reasons[0]?.rule ?? (policy === undefined ? "no approval required" : `remediation policy ${policy.rule}`);
  const path = needed ? "approval" : (policy?.path ?? "auto");
  const timeout = policy?.approvalTimeoutMs === undefined ? {} : { policyTimeoutMs: policy.approvalTimeoutMs };
  return {
    needed,
    level: impact.level,
    because,
    decision: { path, rule, reasons: because, impact: impact.level },
    ...timeout,
  };
}

function reasonsFor(input: GateInput, impact: Impact, policy: PolicyDecision | undefined): Reason[] {
  const { event, gate } = input;
  const reasons: Reason[] = [];
  if (gate.approval.always === true) reasons.push({ rule: "approval always", text: "the workflow always asks" });
  for (const name of gate.approval.requiredFor) {
    const why = requiredBy(name, input, impact);
    if (why !== undefined) reasons.push({ rule: `required_for ${name}`, text: `${name}: ${why}` });
  }
  if (policy !== undefined) reasons.push(...policyReasons(policy));
  if (!event.sender.scopes.includes("act"))
    reasons.push({
      rule: "no act scope",
      text: `no act scope: events of the credential ${event.sender.name} are never fixed without approval`,
    });
  return reasons;
}

/** Remediation policies speak of threats only; without them or without a threat nothing is decided by them. */
function policyFor(input: GateInput): PolicyDecision | undefined {
  if (input.event.threat === undefined || input.documents.remediation === undefined) return undefined;
  return decidePolicy(
    input,
    input.actions.flatMap(({ name }) => name ?? []),
  );
}

function policyReasons(policy: PolicyDecision): Reason[] {
  const rule = `remediation policy ${policy.rule}`;
  if (policy.path === "approval") return [{ rule, text: `${policy.rule}: ${policy.reasons.join(", ")}` }];
  const held = [...policy.afterApproval, ...policy.refused];
  return held.length === 0 ? [] : [{ rule, text: `${policy.rule} does not allow ${held.join(", ")} without approval` }];
}

function noReason(gate: GateNode): string {
  return gate.approval.requiredFor.length === 0
    ? "the workflow asks for no approval"
    : `none of ${gate.approval.requiredFor.join(", ")} holds`;
}

/** Why a condition of `required_for` asks for approval; undefined when it certainly does not. */
function requiredBy(name: string, input: GateInput, impact: Impact): string | undefined {
  if (name === "production_resources") {
    const environment = environmentOf(input.event, input.planFacts);
    return environment.status === "other" ? undefined : environment.because;
  }
  if (name === "high_business_impact")
    return levelRank(impact.level) >= levelRank("HIGH")
      ? `impact is ${impact.level}: ${impact.because.join(", ")}`
      : undefined;
  const source = input.documents.conditions.get(name);
  return source === undefined ? "no document defines this condition" : whyNeeded(source, input);
}
