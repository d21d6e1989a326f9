import type { z } from "zod";
import { isJsonObject, type Json } from "../core/json.ts";
import type { Level } from "../core/level.ts";
import type { RoleBinding } from "../core/ports.ts";
import { nameHint } from "../expression/suggest.ts";
import { builtInConditions, checkCondition } from "./check-names.ts";
import type { Chain, ChainStage, Matrix, MatrixRow, PolicyDocuments, RoleUse } from "./policy-model.ts";
import {
  ApprovalChain,
  ApprovalChains,
  ApprovalMatrix,
  Approvers,
  Conditions,
  permissionNames,
  Permissions,
  Policies,
  RemediationPolicies,
  SettingsDocument,
  type Permission,
} from "./policy-schemas.ts";
import { readRemediationPolicies, type RemediationPolicy } from "./remediation-policies.ts";
import { documentProblem, type Problem } from "./problem.ts";
import { schemaProblems } from "./schema-problems.ts";
import type { Section } from "./sections.ts";
import { settingsOf } from "./settings.ts";
import type { Positions } from "./source.ts";

/** Reads every section that is not a workflow. Sections of one kind may be spread over files, but say nothing twice. */
export class PolicyReader {
  readonly problems: Problem[] = [];
  private readonly roles = new Map<string, RoleBinding>();
  private readonly conditions = new Map<string, string>();
  private readonly permissions = new Map<Permission, readonly string[]>();
  private readonly policyNames = new Map<string, string>();
  private readonly roleUses: RoleUse[] = [];
  private readonly written: Record<string, Json> = {};
  private readonly chains = new Map<string, Chain>();
  private remediation: readonly RemediationPolicy[] | undefined;
  private matrix: Matrix | undefined;
  private matrixPositions: Positions | undefined;
  private settings: SettingsDocument | undefined;

  private readonly actionNames: readonly string[];

  /** @param actionNames names of the catalogue, for policies that allow actions. */
  constructor(actionNames: readonly string[]) {
    this.actionNames = actionNames;
  }

  read(sections: readonly Section[]): PolicyDocuments {
    for (const section of sections) this.section(section);
    for (const use of this.roleUses) if (!this.roles.has(use.role)) this.problems.push(unknownRole(use, this.roles));
    return {
      roles: this.roles,
      conditions: this.conditions,
      matrix: this.matrix,
      matrixPositions: this.matrixPositions,
      chains: this.chains,
      remediation: this.remediation,
      permissions: Object.fromEntries(
        permissionNames.map((name) => [name, this.permissions.get(name) ?? []]),
      ) as Record<Permission, readonly string[]>,
      policyNames: this.policyNames,
      settings: settingsOf(this.settings),
      written: this.written,
    };
  }

  private section(section: Section): void {
    const { key, value } = section;
    if (key === "approvers") this.parse(Approvers, section, (document) => this.approvers(document, section));
    else if (key === "conditions")
      this.parse(Conditions, section, (document) => this.namedConditions(document, section));
    else if (key === "approval_matrix")
      this.parse(ApprovalMatrix, section, (document) => this.approvalMatrix(document, section));
    else if (key === "approval_chain")
      this.parse(ApprovalChain, section, (document) => this.chain("default", document, section, []));
    else if (key === "approval_chains")
      this.parse(ApprovalChains, section, (document) => {
        for (const [name, chain] of Object.entries(document)) this.chain(name, chain, section, [name]);
      });
    else if (key === "remediation_policies")
      this.parse(RemediationPolicies, section, (document) => this.remediationPolicies(document, section));
    else if (key === "permissions")
      this.parse(Permissions, section, (document) => this.permissionRoles(document, section));
    else if (key === "policies") this.parse(Policies, section, (document) => this.policyIds(document, section));
    else if (key === "settings")
      this.parse(SettingsDocument, section, (document) => this.settingsDocument(document, section));
    else return;
    const before = this.written[key];
    this.written[key] = before === undefined ? [value] : [...(before as readonly Json[]), value];
  }

  private parse<T>(schema: z.ZodType<T>, section: Section, accept: (document: T) => void): void {
    const result = schema.safeParse(section.value);
    if (result.success) accept(result.data);
    else
      this.problems.push(
        ...schemaProblems(result.error.issues, schema, section.value, [section.key], section.positions),
      );
  }

  private twice(name: string, section: Section, path: readonly PropertyKey[]): void {
    this.problems.push(
      documentProblem(`${name} is defined twice`, section.positions.key([section.key, ...path]), "keep one of them"),
    );
  }

  private approvers(document: Approvers, section: Section): void {
    for (const [role, binding] of Object.entries(document)) {
      if (this.roles.has(role)) this.twice(`the role ${role}`, section, [role]);
      this.roles.set(role, {
        role,
        ...(binding.slack_group === undefined ? {} : { slackGroup: binding.slack_group }),
        ...(binding.slack_users === undefined ? {} : { slackUsers: binding.slack_users }),
        ...(binding.emails === undefined ? {} : { emails: binding.emails }),
        ...(binding.from === undefined ? {} : { from: binding.from }),
      });
    }
  }

  private namedConditions(document: Conditions, section: Section): void {
    for (const [index, { name, expression }] of document.entries()) {
      const path = [section.key, index, "name"];
      const taken = this.conditions.has(name)
        ? "is defined twice"
        : (builtInConditions as readonly string[]).includes(name)
          ? "is built in and cannot be redefined"
          : undefined;
      if (taken !== undefined)
        this.problems.push(
          documentProblem(`the condition ${name} ${taken}`, section.positions.value(path), "choose another name"),
        );
      this.problems.push(...checkCondition(expression, [section.key, index, "expression"], section.positions));
      this.conditions.set(name, expression);
    }
  }

  private approvalMatrix(document: ApprovalMatrix, section: Section): void {
    if (this.matrix !== undefined) this.twice("approval_matrix", section, []);
    const rows: Partial<Record<Level, MatrixRow>> = {};
    for (const level of ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const) {
      const key = `${level.toLowerCase()}_impact` as keyof ApprovalMatrix;
      const row = document[key];
      if (row === undefined) continue;
      this.use(row.approvers, section, [key, "approvers"]);
      this.use(row.escalate_to ?? [], section, [key, "escalate_to"]);
      rows[level] = {
        approvers: row.approvers,
        requiredApprovals: row.required_approvals,
        ...(row.escalation_timeout === undefined ? {} : { escalationTimeoutMs: row.escalation_timeout }),
        ...(row.escalate_to === undefined ? {} : { escalateTo: row.escalate_to }),
      };
    }
    this.matrix = rows;
    this.matrixPositions = section.positions;
  }

  private chain(name: string, document: ApprovalChain, section: Section, path: readonly PropertyKey[]): void {
    if (this.chains.has(name)) this.twice(`the chain ${name}`, section, path);
    const stages = document.map((stage, index): ChainStage => {
      const at = [...path, index];
      this.use(stage.approvers, section, [...at, "approvers"]);
      if (stage.condition !== undefined)
        this.problems.push(...checkCondition(stage.condition, [section.key, ...at, "condition"], section.positions));
      return {
        name: stage.step,
        approvers: stage.approvers,
        requiredApprovals: stage.required_approvals ?? 1,
        path: [section.key, ...at],
        ...(stage.condition === undefined ? {} : { condition: stage.condition }),
        ...(stage.timeout === undefined ? {} : { timeoutMs: stage.timeout }),
      };
    });
    this.chains.set(name, { stages, positions: section.positions });
  }

  private remediationPolicies(document: RemediationPolicies, section: Section): void {
    if (this.remediation !== undefined) this.twice("remediation_policies", section, []);
    const { policies, problems } = readRemediationPolicies(document, section, this.actionNames);
    this.problems.push(...problems);
    this.remediation = policies;
  }

  private permissionRoles(document: Permissions, section: Section): void {
    for (const name of permissionNames) {
      const roles = document[name];
      if (roles === undefined) continue;
      if (this.permissions.has(name)) this.twice(`the permission ${name}`, section, [name]);
      this.permissions.set(name, roles);
      this.use(roles, section, [name]);
    }
  }

  private policyIds(document: Policies, section: Section): void {
    for (const [policy, ids] of Object.entries(document))
      for (const [index, id] of ids.entries()) {
        const before = this.policyNames.get(id);
        if (before !== undefined && before !== policy)
          this.problems.push(
            documentProblem(
              `${id} already means the policy ${before}`,
              section.positions.value([section.key, policy, index]),
              "an id means one policy",
            ),
          );
        this.policyNames.set(id, policy);
      }
  }

  private settingsDocument(document: SettingsDocument, section: Section): void {
    if (this.settings !== undefined) this.twice("settings", section, []);
    const value = isJsonObject(section.value) ? section.value : {};
    const hours = settingsOf(document).businessHours;
    if (hours.from >= hours.to && "business_hours" in value)
      this.problems.push(
        documentProblem(
          `business hours end at ${hours.to}, before they start at ${hours.from}`,
          section.positions.value([section.key, "business_hours"]),
        ),
      );
    const { scores } = settingsOf(document).risk;
    if (!(scores.MEDIUM < scores.HIGH && scores.HIGH < scores.CRITICAL))
      this.problems.push(
        documentProblem(
          "the scores must rise: MEDIUM < HIGH < CRITICAL",
          section.positions.value([section.key, "risk", "scores"]),
        ),
      );
    this.settings = document;
  }

  private use(roles: readonly string[], section: Section, path: readonly PropertyKey[]): void {
    for (const [index, role] of roles.entries())
      this.roleUses.push({ role, positions: section.positions, path: [section.key, ...path, index] });
  }
}

/** The problem of a role that no `approvers:` document binds. */
export function unknownRole(use: RoleUse, roles: ReadonlyMap<string, RoleBinding>): Problem {
  const hint =
    roles.size === 0 ? "add an approvers: document that says who holds it" : nameHint(use.role, [...roles.keys()]);
  return documentProblem(`unknown role ${use.role}`, use.positions.value(use.path), hint, "unknown_name");
}
