import type { Decision } from "../core/decision.ts";
import { satisfies } from "../expression/comparison.ts";
import type { Scope } from "../expression/path.ts";
import type { RemediationPath, RemediationPolicy } from "../workflow/remediation-policies.ts";
import type { Circumstances } from "./doubt.ts";
import { claimedScope, trustedScope } from "./scope.ts";

/** What the `remediation_policies:` say of a threat. */
export interface PolicyDecision {
  readonly path: Decision["path"];
  /** The policy that decided, in words a person can look up. */
  readonly rule: string;
  readonly reasons: readonly string[];
  /** Requested actions that may be done now. */
  readonly allowed: readonly string[];
  /** Requested actions that no matching policy allows. */
  readonly refused: readonly string[];
  /** Actions that wait for a vote. */
  readonly afterApproval: readonly string[];
  readonly approvalTimeoutMs?: number;
}

/**
 * Decides a threat by the remediation seed's policies (DESIGN 7.9). An automatic or emergency policy must hold for
 * certain, by every source, and needs the `act` scope (A21); a gap asks for approval; of several that hold the stricter
 * wins, which is approval, then emergency, then automatic. Automatic with nothing to do only monitors.
 * @param requested names of the actions the workflow or the threat recommends.
 */
export function decidePolicy(circumstances: Circumstances, requested: readonly string[]): PolicyDecision {
  const { event, documents } = circumstances;
  const matching = (documents.remediation ?? []).filter((policy) => applies(policy, circumstances));
  const found = (path: RemediationPath): RemediationPolicy | undefined =>
    matching.find((policy) => policy.path === path);
  const approval = found("approval_required");
  if (approval !== undefined) return byApproval(approval, requested, ["its conditions hold"]);
  const quick = found("emergency_response") ?? found("auto_remediation");
  if (quick === undefined) return byApproval(undefined, requested, ["no remediation policy covers this threat"]);
  if (!event.sender.scopes.includes("act"))
    return byApproval(quick, requested, [
      `${quick.path} would apply, but the credential ${event.sender.name} has no act scope`,
    ]);
  const [allowed, rest] = split(requested, quick.actions);
  if (quick.path === "auto_remediation") {
    const path = allowed.length > 0 ? "auto" : "monitor";
    return { path, rule: quick.path, reasons: ["its conditions hold"], allowed, refused: rest, afterApproval: [] };
  }
  const [afterApproval, refused] = split(rest, quick.postApprovalActions);
  const timeout = quick.approvalTimeoutMs === undefined ? {} : { approvalTimeoutMs: quick.approvalTimeoutMs };
  return {
    path: "emergency",
    rule: quick.path,
    reasons: ["its conditions hold"],
    allowed,
    refused,
    afterApproval,
    ...timeout,
  };
}

function byApproval(
  policy: RemediationPolicy | undefined,
  requested: readonly string[],
  reasons: readonly string[],
): PolicyDecision {
  const [afterApproval, refused] =
    policy === undefined ? [requested, []] : split(requested, [...policy.actions, ...policy.postApprovalActions]);
  return {
    path: "approval",
    rule: policy?.path ?? "gap between remediation policies",
    reasons,
    allowed: [],
    refused,
    afterApproval,
    ...(policy?.approvalTimeoutMs === undefined ? {} : { approvalTimeoutMs: policy.approvalTimeoutMs }),
  };
}

function split(names: readonly string[], among: readonly string[]): [string[], string[]] {
  return [names.filter((name) => among.includes(name)), names.filter((name) => !among.includes(name))];
}

/** Doubt asks for approval and never acts: unknown holds for `approval_required` and for nothing else. */
function applies(policy: RemediationPolicy, { event, documents, planFacts, now }: Circumstances): boolean {
  const extra = {
    settings: documents.settings,
    ...(planFacts === undefined ? {} : { trustedFacts: planFacts }),
    ...(now === undefined ? {} : { now }),
  };
  const views = [trustedScope(event, extra), claimedScope(event, extra)].map((scope) => judge(policy, scope));
  return policy.path === "approval_required"
    ? views.some((view) => view !== false)
    : views.every((view) => view === true);
}

function judge(policy: RemediationPolicy, scope: Scope): boolean | "unknown" {
  const answers = policy.conditions.map(({ fact, comparison }) =>
    satisfies(comparison, Object.hasOwn(scope, fact) ? scope[fact] : undefined),
  );
  if (answers.includes(false)) return false;
  return answers.includes("unknown") ? "unknown" : true;
}
