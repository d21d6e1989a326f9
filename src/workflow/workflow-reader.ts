import type { ActionFacts } from "../core/action.ts";
import { PolicyError } from "../core/errors.ts";
import type { WorkflowDefinition } from "../core/graph.ts";
import { digest } from "../core/json.ts";
import { highestLevel, levelRank, levels } from "../core/level.ts";
import { nameHint } from "../expression/suggest.ts";
import { builtInConditions, checkCondition, checkScriptText } from "./check-names.ts";
import { checkParameters } from "./check-parameters.ts";
import { parseCron } from "./cron.ts";
import { compileGraph, factConditions, reservedIds, withoutPlaces } from "./compile.ts";
import { unknownRole } from "./policy-documents.ts";
import type { PolicyDocuments } from "./policy-model.ts";
import { documentProblem, type Problem } from "./problem.ts";
import { canBeMet, matrixRow } from "./quorum.ts";
import { schemaProblems } from "./schema-problems.ts";
import type { Section } from "./sections.ts";
import { Workflow, type Approval, type Step } from "./workflow-schema.ts";

/** Reads one `workflow:` section: its shape, then everything that hangs on other documents. */
export class WorkflowReader {
  readonly problems: Problem[] = [];
  private readonly section: Section;
  private readonly policies: PolicyDocuments;
  private readonly actions: ReadonlyMap<string, ActionFacts>;

  constructor(section: Section, policies: PolicyDocuments, actions: ReadonlyMap<string, ActionFacts>) {
    this.section = section;
    this.policies = policies;
    this.actions = actions;
  }

  /** The definition, or undefined when there was any error. */
  read(): WorkflowDefinition | undefined {
    const { value, positions } = this.section;
    const result = Workflow.safeParse(value);
    if (!result.success) {
      this.problems.push(...schemaProblems(result.error.issues, Workflow, value, ["workflow"], positions));
      return undefined;
    }
    const workflow = result.data;
    this.checkSteps(workflow.steps);
    this.checkApproval(workflow);
    this.checkSchedule(workflow.trigger.schedule);
    return this.problems.some((problem) => problem.severity === "error") ? undefined : this.define(workflow);
  }

  private define(workflow: Workflow): WorkflowDefinition {
    const graph = compileGraph(workflow, (step) => this.changes(step), this.section.positions);
    const trigger = {
      ...(workflow.trigger.event === undefined ? {} : { event: workflow.trigger.event }),
      ...(workflow.trigger.schedule === undefined ? {} : { schedule: workflow.trigger.schedule }),
      conditions: factConditions(workflow.trigger.conditions),
    };
    const { file } = this.section.positions;
    const named = { name: workflow.name, description: workflow.description ?? "", version: workflow.version ?? "1" };
    return {
      ...named,
      stem: stemOf(file),
      file,
      trigger,
      graph,
      digest: digest({ ...named, trigger, graph: withoutPlaces(graph) }),
    };
  }

  private changes(step: Step): boolean {
    return step.action !== undefined && this.actions.get(step.action)?.changesSomething === true;
  }

  private report(message: string, path: readonly PropertyKey[], hint?: string): void {
    this.problems.push(documentProblem(message, this.section.positions.value(["workflow", ...path]), hint));
  }

  private checkSchedule(schedule: string | undefined): void {
    if (schedule === undefined) return;
    try {
      parseCron(schedule);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      this.report(`schedule: ${error.message}`, ["trigger", "schedule"], error.hint);
    }
  }

  private checkSteps(steps: readonly Step[]): void {
    const before: string[] = [];
    for (const [index, step] of steps.entries()) {
      const path = ["steps", index];
      if (reservedIds.includes(step.name))
        this.report(`${step.name} is a reserved name`, [...path, "name"], "choose another name for the step");
      if (before.includes(step.name))
        this.report(`a second step ${step.name}`, [...path, "name"], "give every step its own name");
      if (step.type === "evaluation") this.checkEvaluation(step, path, before);
      else this.checkAction(step, path, before);
      before.push(step.name);
    }
  }

  private checkEvaluation(step: Step, path: readonly PropertyKey[], before: readonly string[]): void {
    const { positions } = this.section;
    for (const key of ["action", "parameters", "condition", "timeout", "max_delay", "retry"] as const)
      if (step[key] !== undefined)
        this.problems.push(
          documentProblem(
            `an evaluation step has no ${key}`,
            positions.key(["workflow", ...path, key]),
            "use conditions or script",
          ),
        );
    if (step.conditions === undefined && step.script === undefined)
      this.report(`the evaluation ${step.name} evaluates nothing`, [...path, "name"], "add conditions or script");
    if (step.script !== undefined)
      this.problems.push(...checkScriptText(step.script, ["workflow", ...path, "script"], positions, before));
  }

  private checkAction(step: Step, path: readonly PropertyKey[], before: readonly string[]): void {
    const { positions } = this.section;
    for (const key of ["conditions", "script", "on_false"] as const)
      if (step[key] !== undefined)
        this.problems.push(
          documentProblem(
            `only an evaluation step has ${key}`,
            positions.key(["workflow", ...path, key]),
            key === "on_false" ? undefined : "use condition",
          ),
        );
    if (step.type === "conditional" && step.condition === undefined)
      this.report(`the conditional step ${step.name} has no condition`, [...path, "name"], "add condition");
    if (step.condition !== undefined)
      this.problems.push(...checkCondition(step.condition, ["workflow", ...path, "condition"], positions, before));
    if (step.action === undefined) {
      this.report(`the step ${step.name} has no action`, [...path, "name"], "add action");
      return;
    }
    const facts = this.actions.get(step.action);
    if (facts === undefined)
      this.report(
        `unknown action ${step.action}`,
        [...path, "action"],
        nameHint(step.action, [...this.actions.keys()]),
      );
    else
      this.problems.push(
        ...checkParameters(facts.params, step.parameters, ["workflow", ...path, "parameters"], positions, before),
      );
  }

  private checkApproval(workflow: Workflow): void {
    const { approval } = workflow;
    const { positions } = this.section;
    const known = [...builtInConditions, ...this.policies.conditions.keys()];
    for (const [index, name] of (approval?.required_for ?? []).entries())
      if (!known.includes(name))
        this.report(`unknown condition ${name}`, ["approval", "required_for", index], nameHint(name, known));
    const unknown = (approval?.approvers ?? []).flatMap((role, index) =>
      this.policies.roles.has(role) ? [] : [{ role, positions, path: ["workflow", "approval", "approvers", index] }],
    );
    this.problems.push(...unknown.map((use) => unknownRole(use, this.policies.roles)));
    if (approval?.chain !== undefined) {
      this.checkChain(approval.chain, approval);
      return;
    }
    if (unknown.length === 0 && workflow.steps.some((step) => this.changes(step))) this.checkQuorum(workflow);
  }

  private checkChain(name: string, approval: Approval): void {
    const { chains } = this.policies;
    if (!chains.has(name))
      this.report(`unknown chain ${name}`, ["approval", "chain"], nameHint(name, [...chains.keys()]));
    for (const key of ["approvers", "required_approvals"] as const)
      if (approval[key] !== undefined) {
        const at = this.section.positions.key(["workflow", "approval", key]);
        this.problems.push(
          documentProblem(`${key} stands beside a chain`, at, "the chain's stages say who and how many"),
        );
      }
  }

  /** Refuses a workflow whose approval could never be given, at any impact it can have (A6). */
  private checkQuorum(workflow: Workflow): void {
    const { roles, matrix } = this.policies;
    const { approval } = workflow;
    const where =
      approval === undefined ? ["name"] : approval.approvers === undefined ? ["approval"] : ["approval", "approvers"];
    const least = highestLevel(
      ...workflow.steps.flatMap((step) =>
        step.action === undefined ? [] : [this.actions.get(step.action)?.impact ?? "LOW"],
      ),
    );
    for (const level of levels.slice(levelRank(least))) {
      const row = matrixRow(matrix, level);
      const names = approval?.approvers ?? row?.approvers ?? [];
      const required = Math.max(row?.requiredApprovals ?? 1, approval?.required_approvals ?? 1);
      const bindings = names.flatMap((name) => roles.get(name) ?? []);
      if (names.length === 0) {
        this.report(
          `nobody can approve ${workflow.name}`,
          where,
          "name approvers in its approval part, or add an approval_matrix",
        );
        return;
      }
      if (bindings.length < names.length) return;
      // The owner of a resource is never the only one to agree at high impact or above (DESIGN 7.7).
      const alone = levelRank(level) >= levelRank("HIGH") && bindings.every((binding) => binding.from !== undefined);
      if (alone || !canBeMet(bindings, required)) {
        const reason = alone
          ? `${names.join(" and ")} alone cannot approve at ${level.toLowerCase()} impact`
          : `${required} ${required === 1 ? "approval" : "approvals"} at ${level.toLowerCase()} impact can never be given by ${names.join(" and ")}`;
        this.report(reason, where, "name a group, or more people");
        return;
      }
    }
  }
}

/** The file's name without folders and ending; a workflow answers to it too. */
function stemOf(file: string): string {
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  return name.replace(/\.[^.]+$/, "");
}
