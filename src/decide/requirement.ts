import { PolicyError } from "../core/errors.ts";
import type { GateNode } from "../core/graph.ts";
import { levelRank, levels, type Level } from "../core/level.ts";
import type { RoleBinding, StageRequest } from "../core/ports.ts";
import { nameHint } from "../expression/suggest.ts";
import type { Documents } from "../workflow/documents.ts";
import { canBeMet, matrixRow } from "../workflow/quorum.ts";
import type { MatrixRow } from "../workflow/policy-documents.ts";

export interface RequirementInput {
  readonly gate: GateNode;
  readonly level: Level;
  readonly documents: Documents;
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
  const { gate, level, documents } = input;
  const row = matrixRow(documents.matrix, level);
  const names = gate.approval.approvers.length > 0 ? gate.approval.approvers : (row?.approvers ?? []);
  const required = Math.max(row?.requiredApprovals ?? 1, gate.approval.requiredApprovals ?? 1);
  const roles = seatable(bindings(names, documents), required, level);
  if (roles.length === 0 || !canBeMet(roles, required))
    throw new PolicyError(
      "bad_document",
      `${required} ${required === 1 ? "approval" : "approvals"} at ${level.toLowerCase()} impact can never be given by ${names.join(" and ") || "nobody"}`,
      { hint: "name approvers in the workflow, or in the approval_matrix" },
    );
  const timeoutMs = gate.approval.timeoutMs ?? documents.settings.approvalTimeoutMs;
  const escalation = escalationOf(row, level, roles, timeoutMs, documents);
  const ciso = documents.roles.get("ciso");
  return {
    stages: [{ name: gate.name, roles, requiredApprovals: required }],
    timeoutMs,
    ...(escalation === undefined ? {} : { escalation }),
    expiryRoles: ciso === undefined ? [] : [ciso],
  };
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
