import { levelRank, levels, type Level } from "../core/level.ts";
import type { RoleBinding } from "../core/ports.ts";
import type { Matrix, MatrixRow } from "./policy-model.ts";

/**
 * The row of the matrix for an impact. A level without a row of its own takes the next stricter one, and when there is
 * none stricter, the strictest there is.
 */
export function matrixRow(matrix: Matrix | undefined, level: Level): MatrixRow | undefined {
  if (matrix === undefined) return undefined;
  const stricter = levels.slice(levelRank(level)).find((candidate) => matrix[candidate] !== undefined);
  const found = stricter ?? levels.findLast((candidate) => matrix[candidate] !== undefined);
  return found === undefined ? undefined : matrix[found];
}

/**
 * The most distinct people these roles can ever seat, as far as documents show it: a group may have any number of
 * members, `from` finds one person, listed people are counted once each (A2, A6).
 */
function mostPeople(roles: readonly RoleBinding[]): number {
  if (roles.some((role) => role.slackGroup !== undefined)) return Number.POSITIVE_INFINITY;
  const listed = new Set(roles.flatMap((role) => [...(role.slackUsers ?? []), ...(role.emails ?? [])]));
  return listed.size + roles.filter((role) => role.from !== undefined).length;
}

/**
 * Whether a count can ever be met (DESIGN 7.7). With at least as many approvals as roles each role fills one seat with
 * its own person, so two roles held by the same single person cannot both be filled.
 */
export function canBeMet(roles: readonly RoleBinding[], required: number): boolean {
  if (mostPeople(roles) < required) return false;
  if (required < roles.length) return true;
  const seated = new Map<string, number>();
  return roles.every((_, index) => seat(roles, index, seated, new Set()));
}

/** One augmenting step of a bipartite matching of roles to people. */
function seat(roles: readonly RoleBinding[], index: number, seated: Map<string, number>, tried: Set<string>): boolean {
  const role = roles[index]!;
  if (role.slackGroup !== undefined || role.from !== undefined) return true;
  for (const person of [...(role.slackUsers ?? []), ...(role.emails ?? [])]) {
    if (tried.has(person)) continue;
    tried.add(person);
    const holder = seated.get(person);
    if (holder === undefined || seat(roles, holder, seated, tried)) {
      seated.set(person, index);
      return true;
    }
  }
  return false;
}
