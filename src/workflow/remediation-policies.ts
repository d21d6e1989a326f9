import { PolicyError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { nameHint } from "../expression/suggest.ts";
import { parseComparison, type Comparison } from "../expression/comparison.ts";
import type { RemediationPolicies } from "./policy-schemas.ts";
import { documentProblem, type Problem } from "./problem.ts";
import type { Section } from "./sections.ts";

const remediationPaths = ["auto_remediation", "approval_required", "emergency_response"] as const;
export type RemediationPath = (typeof remediationPaths)[number];

/** One policy of the remediation seed, ready to be judged. Disabled ones are left out when loading. */
export interface RemediationPolicy {
  readonly path: RemediationPath;
  /** Every one must hold. */
  readonly conditions: readonly { readonly fact: string; readonly comparison: Comparison }[];
  /** What may be done: at once for automatic and emergency, after approval for `approval_required`. */
  readonly actions: readonly string[];
  /** Emergency only: what waits for a vote. */
  readonly postApprovalActions: readonly string[];
  /** Milliseconds. */
  readonly approvalTimeoutMs?: number;
}

/**
 * Turns a `remediation_policies:` document into policies.
 * @param actions names of the catalogue; an unknown one is a problem with the nearest name.
 */
export function readRemediationPolicies(
  document: RemediationPolicies,
  section: Section,
  actions: readonly string[],
): { readonly policies: readonly RemediationPolicy[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const policies = remediationPaths.flatMap((path): RemediationPolicy[] => {
    const policy = document[path];
    if (policy === undefined) return [];
    const lists = actionLists(policy);
    for (const [key, names] of Object.entries(lists))
      for (const [index, name] of names.entries())
        if (!actions.includes(name)) {
          const at = section.positions.value([section.key, path, key, index]);
          problems.push(documentProblem(`unknown action ${name}`, at, nameHint(name, actions)));
        }
    const conditions = policy.conditions.flatMap((entry, index) =>
      Object.entries(entry).flatMap(([fact, written]) =>
        condition(fact, written, section, [section.key, path, "conditions", index, fact], problems),
      ),
    );
    if (policy.enabled === false) return [];
    const timeout = "approval_timeout" in policy ? policy.approval_timeout : undefined;
    return [
      {
        path,
        conditions,
        actions: lists["allowed_actions"] ?? lists["immediate_actions"] ?? [],
        postApprovalActions: lists["post_approval_actions"] ?? [],
        ...(timeout === undefined ? {} : { approvalTimeoutMs: timeout }),
      },
    ];
  });
  return { policies, problems };
}

function actionLists(policy: object): Readonly<Record<string, readonly string[]>> {
  const lists = ["allowed_actions", "immediate_actions", "post_approval_actions"];
  return Object.fromEntries(
    Object.entries(policy).filter(
      (entry): entry is [string, readonly string[]] => lists.includes(entry[0]) && Array.isArray(entry[1]),
    ),
  );
}

function condition(fact: string, written: Json, section: Section, path: readonly PropertyKey[], problems: Problem[]) {
  try {
    return [{ fact, comparison: parseComparison(written) }];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    problems.push(documentProblem(`${fact}: ${error.message}`, section.positions.value(path), error.hint));
    return [];
  }
}
