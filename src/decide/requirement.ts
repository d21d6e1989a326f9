import { PolicyError } from "../core/errors.ts";
import type { PolicyEvent } from "../core/event.ts";
import type { GateNode } from "../core/graph.ts";
import type { JsonObject } from "../core/json.ts";
import { levelRank, levels, type Level } from "../core/level.ts";
import type { RoleBinding, StageRequest } from "../core/ports.ts";
import { nameHint } from "../expression/suggest.ts";
import type { Documents } from "../workflow/documents.ts";
import { canBeMet, matrixRow } from "../workflow/quorum.ts";
import { whyNeeded } from "./doubt.ts";
import type { MatrixRow } from "../workflow/policy-model.ts";

interface RequirementInput {
  readonly gate: GateNode;
  readonly level: Level;
  readonly documents: Documents;
  /** What stage conditions of a chain are judged by; without it every stage is required. */
  readonly event?: PolicyEvent;
  readonly planFacts?: JsonObject;
  readonly now?: string;
  /** Milliseconds of the matching remediation policy (`GateDecision.policyTimeoutMs`). */
  readonly policyTimeoutMs?: number;
  /** The owner's e-mail from tags we read ourselves. */
  readonly owner?: string;
}

/** Who must agree, how many, and until when: plain data for `approve/`. */
export interface Requirement {
  readonly stages: StageRequest[];
  /** Milliseconds from posting to expiry (DESIGN 7.8). */
  readonly timeoutMs: number;
  readonly escalation?: { readonly afterMs: number; readonly roles: RoleBinding[] };
  /** Told when nobody answered in time: the CISO, where the role is bound. */
  readonly expiryRoles: RoleBinding[];
}

/**
 * DESIGN 7.7 and 7.8. The workflow's approvers replace the matrix's names; the matrix gives the count and the
 * escalation. A workflow's own `required_approvals` can ask for more than the matrix, never for fewer. At high impact
 * and above the resource's owner never fills the only seat: with one seat he is not asked.
 * @throws PolicyError `unknown_name` for a role no document binds, `bad_document` when nobody could ever approve.
 */
export function requirementFor(input: RequirementInput): Requirement {
  const { gate, documents } = input;
  const ciso = documents.roles.get("ciso");
  const asked = gate.approval.chain === undefined ? singleStage(input) : chainStages(gate.approval.chain, input);
  return { ...asked, expiryRoles: ciso === undefined ? [] : [ciso] };
}

function singleStage(input: RequirementInput): Omit<Requirement, "expiryRoles"> {
  const { gate, level, documents } = input;
  const row = matrixRow(documents.matrix, level);
  const names = gate.approval.approvers.length > 0 ? gate.approval.approvers : (row?.approvers ?? []);
  const required = Math.max(row?.requiredApprovals ?? 1, gate.approval.requiredApprovals ?? 1);
  const stage = stageRequest(gate.name, names, required, input);
  const timeoutMs = gate.approval.timeoutMs ?? input.policyTimeoutMs ?? documents.settings.approvalTimeoutMs;
  const escalation = escalationOf(row, level, stage.roles, timeoutMs, documents);
  return { stages: [stage], timeoutMs, ...(escalation === undefined ? {} : { escalation }) };
}

/**
 * A chain runs stage by stage; a stage whose condition is certainly false is left out, one whose condition fails or
 * cannot be known is required (A15). Approval was found to be needed, so at least the first stage is asked. The whole
 * request may take as long as its stages together.
 */
function chainStages(name: string, input: RequirementInput): Omit<Requirement, "expiryRoles"> {
  const { gate, documents, event } = input;
  const chain = documents.chains.get(name);
  if (chain === undefined)
    throw new PolicyError("unknown_name", `unknown chain ${name}`, {
      hint: nameHint(name, [...documents.chains.keys()]),
    });
  const wanted = chain.filter(
    ({ condition }) =>
      condition === undefined ||
      event === undefined ||
      whyNeeded(condition, { ...input, event, planFacts: input.planFacts }) !== undefined,
  );
  const stages = wanted.length > 0 ? wanted : chain.slice(0, 1);
  const together = stages.reduce(
    (total, stage) => total + (stage.timeoutMs ?? documents.settings.approvalTimeoutMs),
    0,
  );
  return {
    stages: stages.map((stage) => stageRequest(stage.name, stage.approvers, stage.requiredApprovals, input)),
    timeoutMs: gate.approval.timeoutMs ?? together,
  };
}

function stageRequest(name: string, names: readonly string[], required: number, input: RequirementInput): StageRequest {
  const { level, documents } = input;
  const roles = seatable(bindings(names, documents), required, level);
  if (roles.length === 0 || !canBeMet(roles, required))
    throw new PolicyError(
      "bad_document",
      `${required} ${required === 1 ? "approval" : "approvals"} at ${level.toLowerCase()} impact can never be given by ${names.join(" and ") || "nobody"}`,
      { hint: "name approvers in the workflow, or in the approval_matrix" },
    );
  return { name, roles, requiredApprovals: required };
}

/** Roles by name. @throws PolicyError `unknown_name`. */
function bindings(names: readonly string[], documents: Documents): RoleBinding[] {
  return names.map((name) => {
    const binding = documents.roles.get(name);
    if (binding === undefined)
      throw new PolicyError("unknown_name", `unknown role ${name}`, {
        hint: nameHint(name, [...documents.roles.keys()]),
      });
    return binding;
  });
}

function seatable(roles: RoleBinding[], required: number, level: Level): RoleBinding[] {
  const ownerAlone = required === 1 && levelRank(level) >= levelRank("HIGH");
  return ownerAlone ? roles.filter((role) => role.from === undefined) : roles;
}

/**
 * Who is added when `escalation_timeout` passes: `escalate_to`, else the matrix's own names for this impact and the next
 * higher one, else those of the next lower one; nobody who was asked already. None when the deadline comes first.
 */
function escalationOf(
  row: MatrixRow | undefined,
  level: Level,
  asked: readonly RoleBinding[],
  timeoutMs: number,
  documents: Documents,
): Requirement["escalation"] {
  const afterMs = row?.escalationTimeoutMs;
  if (row === undefined || afterMs === undefined || afterMs >= timeoutMs) return undefined;
  const rank = levelRank(level);
  const rowNames = (candidates: readonly Level[]): readonly string[] =>
    candidates.map((candidate) => documents.matrix?.[candidate]).find((found) => found !== undefined)?.approvers ?? [];
  const higher = rowNames(levels.slice(rank + 1));
  const lower = rowNames(levels.slice(0, rank).toReversed());
  const fresh = (names: readonly string[]): RoleBinding[] =>
    bindings([...new Set(names)], documents).filter((role) => !asked.some((other) => other.role === role.role));
  const first = fresh(row.escalateTo ?? [...row.approvers, ...higher]);
  const roles = first.length > 0 || row.escalateTo !== undefined ? first : fresh(lower);
  return roles.length === 0 ? undefined : { afterMs, roles };
}
