import type { ApprovalView, StageView } from "../core/approval.ts";
import { shortTime, table } from "./output.ts";

/** The title that the card shows. */
function titleOf(approval: ApprovalView): string {
  const title = approval.card["title"];
  return typeof title === "string" ? title : approval.nodeId;
}

/** One line a request. */
export function approvalsText(approvals: readonly ApprovalView[]): string {
  if (approvals.length === 0) return "no approvals";
  return table(
    approvals.map((approval) => [
      approval.id,
      approval.state,
      progressOf(approval),
      `expires ${shortTime(approval.expiresAt)}`,
      titleOf(approval),
    ]),
  );
}

function progressOf({ stages }: ApprovalView): string {
  const open = stages.find((stage) => stage.state === "pending") ?? stages.at(-1);
  return open === undefined ? "" : `${open.approved} of ${open.required}`;
}

/** A request whole: the plan, who is asked, who has voted. */
export function approvalText(approval: ApprovalView): string {
  const because = approval.card["because"];
  const reasons = Array.isArray(because) ? (because as readonly unknown[]).map(String) : [];
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["state", approval.state],
    ["reason", approval.decisionReason],
    ["run", approval.runId],
    ["impact", approval.impact],
    ["asked", shortTime(approval.createdAt)],
    ["expires", shortTime(approval.expiresAt)],
    ["decided", approval.decidedAt && shortTime(approval.decidedAt)],
    ["escalated", approval.escalatedAt && `${shortTime(approval.escalatedAt)} to ${approval.escalatedTo.join(", ")}`],
    ["replaced by", approval.replacedBy],
    ["plan digest", approval.planDigest],
  ];
  const changes = approval.plan.flatMap(({ plan }) =>
    plan.changes.map(({ field, before, after }) => [`  ${field}`, JSON.stringify(before), "->", JSON.stringify(after)]),
  );
  const votes = approval.votes.map((vote) => [
    `  ${vote.name}`,
    vote.choice,
    vote.seat === undefined ? "" : `as ${vote.seat}`,
    shortTime(vote.castAt),
    vote.reason ?? "",
  ]);
  return [
    `${titleOf(approval)}\napproval ${approval.id}, revision ${approval.revision}`,
    table(facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    ...(reasons.length > 0 ? [`asked because\n${reasons.map((reason) => `  ${reason}`).join("\n")}`] : []),
    ...(changes.length > 0 ? [`plan\n${table(changes)}`] : []),
    `who must agree\n${approval.stages.map(stageText).join("\n")}`,
    ...(votes.length > 0 ? [`votes\n${table(votes)}`] : []),
  ].join("\n\n");
}

function stageText(stage: StageView): string {
  const roles = stage.roles.map(({ role, slackUserIds, note }) => {
    const people = slackUserIds.length > 0 ? ` (${slackUserIds.join(" ")})` : "";
    return `    ${role}${people}${note === undefined ? "" : `: ${note}`}`;
  });
  return [`  ${stage.name}: ${stage.approved} of ${stage.required}, ${stage.state}`, ...roles].join("\n");
}
