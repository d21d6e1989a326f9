import type { ApprovalView } from "../../core/approval.ts";
import type { RunView } from "../../core/run.ts";
import type { Block } from "./block.ts";
import { personPart } from "./mention.ts";
import { bold, code, richLines, said, type Line } from "./rich.ts";
import { cut } from "./text.ts";

const factMax = 300;

/** Who asks, what it is about and where: the facts a vote hangs on, none of them shortened away (A14). */
export function factsBlock(blockId: string, run: RunView, approval: ApprovalView | undefined): Block {
  const { resource } = run;
  const lines: Line[] = [
    fact("Requester", requester(run)),
    fact("Risk", said(riskOf(run, approval))),
    ...(resource ? scopeLines(run, resource) : []),
    fact("Environment", said(run.environment ?? "unknown, treated as production")),
    ...(run.policyName ? [fact("Finding", said(run.policyName))] : []),
    fact("Workflow", said(run.workflow)),
    ...reasonsOf(approval).map((reason) => fact("Why", said(reason))),
  ];
  return richLines(blockId, lines);
}

function scopeLines(run: RunView, resource: NonNullable<RunView["resource"]>): Line[] {
  const targets = run.plan.flatMap((step) => step.plan.targets);
  const names = [...new Set(targets.map((target) => target.name))];
  const count = Math.max(1, names.length);
  const where = resource.region === "" ? resource.account : `${resource.account} · ${resource.region}`;
  return [
    fact("Scope", said(`${count} ${count === 1 ? "resource" : "resources"}: ${(names.length > 0 ? names : [resource.name]).slice(0, 5).join(", ")}`)), // prettier-ignore
    [bold("Resource"), said(": "), code(resource.id)],
    fact("Account", said(where)),
  ];
}

function fact(label: string, value: Line[number]): Line {
  return [bold(label), said(": "), value.type === "text" ? { ...value, text: cut(value.text, factMax) } : value];
}

function requester(run: RunView): Line[number] {
  if (run.requesterSlackId) return personPart({ slackUserId: run.requesterSlackId, name: "a person" });
  return said(run.requesterPersonId ? "a person outside Slack" : "PolicyCortex, for a finding");
}

function riskOf(run: RunView, approval: ApprovalView | undefined): string {
  const high = approval?.card["high_risk"] === true ? "high risk" : undefined;
  const severity = run.severity ? `severity ${run.severity}` : undefined;
  const impact = approval?.impact ?? run.impact;
  const parts = [high, severity, impact ? `impact ${impact}` : undefined].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(" · ") : "unknown";
}

function reasonsOf(approval: ApprovalView | undefined): readonly string[] {
  const reasons = approval?.card["reasons"];
  return Array.isArray(reasons) ? reasons.filter((reason) => typeof reason === "string").slice(0, 5) : [];
}
