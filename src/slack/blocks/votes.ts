import type { ApprovalView, StageView, VoteView } from "../../core/approval.ts";
import { dateMention, datePart, groupMention, personPart, userMention } from "./mention.ts";
import { bold, said, type Line } from "./rich.ts";
import { escaped } from "./text.ts";

/** The stages people may still vote on, the first of which counts now. */
export function openStage(approval: ApprovalView): StageView | undefined {
  return approval.stages.find((stage) => stage.state === "pending");
}

/** `1 of 2`, over the stage that is open now, else over the last one. */
export function tallyText(approval: ApprovalView): string {
  const stage = openStage(approval) ?? approval.stages.at(-1);
  return stage ? `${stage.approved} of ${stage.required}` : "";
}

/** A role and who stood behind it when it was asked. */
export interface AskedRole {
  readonly role: string;
  readonly slackGroupId?: string;
  readonly slackUserIds: readonly string[];
  readonly note?: string;
}

/** mrkdwn naming and notifying the people behind roles; a role that nobody could be found for stays words. */
export function rolesText(roles: readonly AskedRole[]): string {
  const named = roles.map((role) => {
    const group = role.slackGroupId && groupMention(role.slackGroupId);
    const users = role.slackUserIds.slice(0, 10).map(userMention).filter((mention) => mention !== undefined); // prettier-ignore
    const people = group || users.join(" ");
    const note = role.note ? ` (${escaped(role.note, 200)})` : "";
    return people ? `${people}${note}` : `${escaped(role.role, 80)} (nobody found)${note}`;
  });
  return named.slice(0, 10).join(", ");
}

/** Who must agree, how far that is, and until when. */
export function needsText(approval: ApprovalView): string {
  const stage = openStage(approval);
  const further = approval.stages.filter((other) => other.state === "pending").length - 1;
  const then = further > 0 ? `, then ${further} more ${further === 1 ? "stage" : "stages"}` : "";
  const who = stage ? `*Needs* ${tallyText(approval)} from ${rolesText(stage.roles)}${then}\n` : "";
  return `${who}*Expires* ${dateMention(approval.expiresAt)}; without an answer nothing is done`;
}

/** One line for each vote that stands, in the order they were cast. */
export function voteLines(approval: ApprovalView): readonly Line[] {
  return approval.votes.map((vote) => {
    const by = vote.via === "slack" ? "" : ` · by ${vote.via}`;
    return [...voteParts(vote), said(`${tallyAfter(approval, vote)}${by}` || " ")];
  });
}

/** ` · 1 of 2`: how far the stage was with this vote, whatever came later. Nothing for a denial. */
export function tallyAfter(approval: ApprovalView, vote: VoteView): string {
  if (vote.choice === "deny") return "";
  if (vote.seat === undefined) return " · fills no open seat";
  const required = approval.stages.find((stage) => stage.index === vote.stage)?.required;
  const before = approval.votes.filter((other) => other.stage === vote.stage && other.choice === "approve" && other.seat !== undefined && other.castAt < vote.castAt); // prettier-ignore
  return required === undefined ? "" : ` · ${before.length + 1} of ${required}`;
}

/** `Approved by @ana · today at 14:02`, with the reason of a denial. */
export function voteParts(vote: VoteView): Line {
  const done = vote.choice === "approve" ? "Approved by " : "Denied by ";
  const reason = vote.reason ? [said(` · ${vote.reason}`, undefined, 200)] : [];
  return [bold(done), personPart(vote), said(" · "), datePart(vote.castAt), ...reason];
}

export function escalationLines(approval: ApprovalView): readonly Line[] {
  if (!approval.escalatedAt) return [];
  const to = approval.escalatedTo.length > 0 ? approval.escalatedTo.join(", ") : "more people";
  return [[bold("Escalated"), said(` to ${to} · `), datePart(approval.escalatedAt)]];
}
