import type { ActionFacts } from "../core/action.ts";
import { digest } from "../core/json.ts";
import { levels } from "../core/level.ts";
import type { RoleBinding } from "../core/ports.ts";
import type { WorkflowDefinition } from "../core/graph.ts";
import { policyNameFor } from "./policy-names.ts";
import { PolicyReader } from "./policy-documents.ts";
import type { ChainStage, Matrix, PolicyDocuments } from "./policy-model.ts";
import type { Permission } from "./policy-schemas.ts";
import { documentProblem, type Problem } from "./problem.ts";
import { canBeMet } from "./quorum.ts";
import type { RemediationPolicy } from "./remediation-policies.ts";
import { readSections, type Section } from "./sections.ts";
import type { Settings } from "./settings.ts";
import type { SourceFile } from "./source.ts";
import { WorkflowReader } from "./workflow-reader.ts";

export type { ActionFacts } from "../core/action.ts";
export type { ChainStage, Matrix } from "./policy-model.ts";
export type { Permission } from "./policy-schemas.ts";
export type { Problem } from "./problem.ts";
export type { Settings } from "./settings.ts";
export type { SourceFile } from "./source.ts";
export { suggest } from "../expression/suggest.ts";

/** Everything the documents say, checked against each other. */
export interface Documents {
  /** Over all documents that are not workflows: what an approval's digest binds besides the workflow's own. */
  readonly digest: string;
  /** Valid ones only, in the order of their files. */
  readonly workflows: readonly WorkflowDefinition[];
  readonly roles: ReadonlyMap<string, RoleBinding>;
  readonly conditions: ReadonlyMap<string, string>;
  readonly matrix: Matrix | undefined;
  /** `approval_chain:` under the name `default`, and `approval_chains:` by name. */
  readonly chains: ReadonlyMap<string, readonly ChainStage[]>;
  /** `remediation_policies:`, enabled ones; undefined when no document has any. */
  readonly remediation: readonly RemediationPolicy[] | undefined;
  /** Roles by permission; what no document grants nobody may do. */
  readonly permissions: Readonly<Record<Permission, readonly string[]>>;
  readonly policyNames: { nameFor(controlIdOrFindingType: string): string | undefined };
  readonly settings: Settings;
}

/**
 * Loads YAML documents (DESIGN 7). Every problem of every file is reported in one pass, with its place. A workflow with
 * an error is left out. When any other document has an error, no workflow is valid: which people it would ask, and
 * whether, can then not be known.
 * @param actions the catalogue's facts by action name.
 * @returns documents and problems in the order of files and lines; never throws for what is in the files.
 */
export function loadDocuments(
  files: readonly SourceFile[],
  actions: ReadonlyMap<string, ActionFacts>,
): { documents: Documents; problems: Problem[] } {
  const { sections, problems: fileProblems, policyLost } = readSections(files);
  const reader = new PolicyReader([...actions.keys()]);
  const policies = reader.read(sections);
  const policyProblems = [...reader.problems, ...matrixProblems(policies), ...chainProblems(policies)];
  const read = readWorkflows(
    sections.filter((section) => section.key === "workflow"),
    policies,
    actions,
  );
  const trusted = !policyLost && policyProblems.every((problem) => problem.severity === "warning");
  const problems = [...fileProblems, ...policyProblems, ...read.problems];
  const order = new Map(files.map((file, index) => [file.file, index]));
  problems.sort(
    (a, b) =>
      (order.get(a.location.file) ?? 0) - (order.get(b.location.file) ?? 0) ||
      a.location.line - b.location.line ||
      a.location.column - b.location.column,
  );
  return { documents: documentsOf(policies, trusted ? read.workflows : []), problems };
}

function documentsOf(policies: PolicyDocuments, workflows: readonly WorkflowDefinition[]): Documents {
  const { roles, conditions, matrix, remediation, permissions, settings, policyNames, written } = policies;
  const chains = new Map([...policies.chains].map(([name, chain]) => [name, chain.stages]));
  const nameFor = (id: string): string | undefined => policyNameFor(policyNames, id);
  return {
    digest: digest(written),
    workflows,
    roles,
    conditions,
    matrix,
    chains,
    remediation,
    permissions,
    settings,
    policyNames: { nameFor },
  };
}

function readWorkflows(
  sections: readonly Section[],
  policies: PolicyDocuments,
  actions: ReadonlyMap<string, ActionFacts>,
): { workflows: WorkflowDefinition[]; problems: Problem[] } {
  const workflows: WorkflowDefinition[] = [];
  const problems: Problem[] = [];
  const answersTo = new Map<string, WorkflowDefinition>();
  for (const section of sections) {
    const reader = new WorkflowReader(section, policies, actions);
    const workflow = reader.read();
    problems.push(...reader.problems);
    if (workflow === undefined) continue;
    const names = new Set([workflow.name, workflow.stem]);
    const taken = [...names].find((name) => answersTo.has(name));
    if (taken !== undefined) {
      const message = `the workflow name ${taken} already belongs to ${answersTo.get(taken)!.file}`;
      problems.push(
        documentProblem(
          message,
          section.positions.value(["workflow", "name"]),
          "a workflow answers to its name and to its file's name: both must be its own",
        ),
      );
      continue;
    }
    for (const name of names) answersTo.set(name, workflow);
    workflows.push(workflow);
  }
  return { workflows, problems };
}

/** Rows of the matrix that can never be met with the people they name (A6). */
function matrixProblems(policies: PolicyDocuments): Problem[] {
  const { matrix, matrixPositions, roles } = policies;
  if (matrix === undefined || matrixPositions === undefined) return [];
  return levels.flatMap((level) => {
    const row = matrix[level];
    const bindings = row?.approvers.flatMap((name) => roles.get(name) ?? []) ?? [];
    if (row === undefined || bindings.length < row.approvers.length || canBeMet(bindings, row.requiredApprovals))
      return [];
    const message = `${row.requiredApprovals} approvals can never be given by ${row.approvers.join(" and ")}`;
    return [
      documentProblem(
        message,
        matrixPositions.value(["approval_matrix", `${level.toLowerCase()}_impact`, "required_approvals"]),
        "lower the count, or name a group or more people",
      ),
    ];
  });
}

/** Stages of chains that can never be met with the people they name (A6). */
function chainProblems(policies: PolicyDocuments): Problem[] {
  return [...policies.chains.values()].flatMap(({ stages, positions }) =>
    stages.flatMap((stage) => {
      const bindings = stage.approvers.flatMap((name) => policies.roles.get(name) ?? []);
      if (bindings.length < stage.approvers.length || canBeMet(bindings, stage.requiredApprovals)) return [];
      const message = `${stage.requiredApprovals} approvals can never be given by ${stage.approvers.join(" and ")}`;
      const hint = "lower the count, or name a group or more people";
      return [documentProblem(message, positions.value([...stage.path, "required_approvals"]), hint)];
    }),
  );
}

/** A workflow by its name or by its file's stem (DESIGN 7). */
export function findWorkflow(documents: Documents, nameOrStem: string): WorkflowDefinition | undefined {
  return (
    documents.workflows.find((workflow) => workflow.name === nameOrStem) ??
    documents.workflows.find((workflow) => workflow.stem === nameOrStem)
  );
}
