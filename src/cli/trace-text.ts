import { isJsonObject, type Json } from "../core/json.ts";
import type { Trace, TracedApproval, TracedCondition, TracedPlan, TracedPost, TracedStep } from "../run/trace.ts";
import { shortDuration, table } from "./output.ts";
import { expectedText } from "./workflow-text.ts";

/** A trace as a person reads it. `verbose` adds what would be posted, outputs and digests. */
export function traceText(trace: Trace, verbose: boolean): string {
  const { workflow, event, trigger } = trace;
  const mode =
    trace.mode === "dry-run"
      ? "dry run: nothing leaves the process"
      : "plans are read from the provider; nothing is changed or posted";
  const facts = [
    ["file", workflow.file],
    ["digest", workflow.digest],
    ["event", `${event.key}, ${event.type} (${event.format})`],
    ["sender", `${event.sender}, scopes ${event.scopes.join(", ")}`],
  ];
  const starts = trigger.starts
    ? "starts"
    : `does not start${trigger.reason === undefined ? "" : `: ${trigger.reason}`}`;
  return [
    `${workflow.name} ${workflow.version} on ${event.title}\n${mode}`,
    ...(verbose ? [table(facts)] : []),
    `trigger: ${starts}\n${conditionLines(trigger.conditions, "  ")}`,
    ...trace.steps.map((step, index) => stepText(step, index + 1, trace, verbose)),
    ...(verbose && trace.posts.length > 0 ? [`would be posted\n${table(trace.posts.map(postRow))}`] : []),
    ...(trace.notes.length > 0 ? [`notes\n${trace.notes.map((note) => `  ${note}`).join("\n")}`] : []),
    resultText(trace),
  ].join("\n\n");
}

function conditionLines(conditions: readonly TracedCondition[], indent: string): string {
  return table(
    conditions.map(({ name, holds, expected, actual, why }) => {
      const value = actual === undefined ? (expected === undefined ? "" : "unknown") : expectedText(actual);
      const wanted = holds || expected === undefined ? "" : `wanted ${expectedText(expected)}`;
      return [
        `${indent}${holds ? "yes" : "no "}`,
        name,
        [value, wanted, why ?? ""].filter((part) => part !== "").join(", "),
      ];
    }),
  );
}

function stepText(step: TracedStep, number: number, trace: Trace, verbose: boolean): string {
  const lines = [
    `${number}. ${step.name}: ${headline(step)}`,
    ...(step.conditions ? [conditionLines(step.conditions, "     ")] : []),
    ...trace.approvals
      .filter((approval) => approval.node === step.node)
      .map((approval) => approvalText(approval, step.conditions ?? [])),
    ...(step.parameters ? [table(Object.entries(step.parameters).map(([name, value]) => [`     ${name}`, shown(value)]))] : []), // prettier-ignore
    ...(step.plan ? [planText(step.plan)] : []),
    ...(verbose && step.output ? [`     output ${JSON.stringify(step.output)}`] : []),
  ];
  return lines.filter((line) => line !== "").join("\n");
}

function headline(step: TracedStep): string {
  if (step.status === "not_reached") return "not reached";
  if (step.error) return `${step.status}: ${step.error.message}`;
  switch (step.kind) {
    case "evaluate":
      return step.output?.["passed"] === true ? "evaluated, it holds" : "evaluated, it does not hold";
    case "gate":
      return gateHeadline(step);
    case "verify":
      return step.assumed ? "would read again and prove that it worked" : skipped(step);
    default:
      if (!step.assumed) return skipped(step);
      return step.plan ? `would run ${step.action ?? ""}` : `would tell people by ${step.action ?? ""}`;
  }
}

function gateHeadline({ output }: TracedStep): string {
  const because = output?.["because"];
  if (output?.["needed"] !== true) return `nobody has to agree: ${Array.isArray(because) ? because.join("; ") : ""}`;
  return `people must agree, impact ${expectedText(output["impact"] ?? "unknown")}`;
}

function skipped({ status, output }: TracedStep): string {
  const reason = output?.["reason"];
  return typeof reason === "string" ? `${status}, ${reason}` : status;
}

/** Reasons that are conditions of `required_for` stand among these already. */
function approvalText(approval: TracedApproval, known: readonly TracedCondition[]): string {
  const { stages, escalation, told_when_expired: told } = approval;
  const because = approval.because.filter((line) => !known.some(({ name }) => line.startsWith(`${name}: `)));
  const lines = [
    ...because.map((reason) => ["because", reason]),
    ...stages.map((stage) => [stages.length > 1 ? `stage ${stage.name}` : "asks", `${stage.required} of ${stage.roles.join(", ")}`]), // prettier-ignore
    [
      "expires",
      `after ${shortDuration(approval.timeout_ms)}${told.length > 0 ? `; then ${told.join(", ")} is told` : ""}`,
    ],
    ...(escalation
      ? [["escalates", `after ${shortDuration(escalation.after_ms)} to ${escalation.roles.join(", ")}`]]
      : []),
    ["answer", approval.assumed ? `assumed ${approval.answer}` : approval.answer],
  ];
  return table(lines.map(([name = "", value = ""]) => [`     ${name}`, value]));
}

function planText(plan: TracedPlan): string {
  if (!plan.read)
    return `     would read ${plan.would_read ?? "the provider"}: before and after, blast radius, permissions, tags`;
  const changes = plan.changes.map(({ field, before, after }) => [`     ${field}`, shown(before), "->", shown(after)]);
  const way = plan.rollback_plan;
  const rows = [
    ...plan.targets.map((target) => ["     target", target.id]),
    ...plan.blast_radius.map((line) => ["     blast radius", line]),
    ...plan.missing_permissions.map((permission) => ["     not allowed", permission]),
    ...(way
      ? [["     rollback", way.available ? way.rollback_actions.join(", ") : `none: ${way.reason ?? "unknown"}`]]
      : []),
  ];
  const nothing = plan.changes_something ? "" : "     nothing to change";
  return [table(rows), table(changes), nothing].filter((part) => part !== "").join("\n");
}

function postRow({ kind, where, node, payload }: TracedPost): readonly string[] {
  const what = payload?.["what"] ?? payload?.["reason"];
  return [`  ${kind}`, where, node ?? (typeof what === "string" ? what : "")];
}

function resultText({ state, reason, approvals, trigger }: Trace): string {
  if (!trigger.starts) return "result: not started";
  const assumed = approvals.some((approval) => approval.assumed) ? " when it is approved" : "";
  return `result: ${state}${assumed}${reason === undefined ? "" : `: ${reason}`}`;
}

function shown(value: Json): string {
  return Array.isArray(value) || isJsonObject(value) ? JSON.stringify(value) : expectedText(value);
}
