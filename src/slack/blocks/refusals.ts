import type { VoteOutcome } from "../../core/approval.ts";
import { escaped } from "./text.ts";

/** What somebody is told whose click or command had no effect: what is so, and what to do. */
export const refusalWords = {
  failed: "That did not work, and nothing was recorded. Please try again in a moment.",
  notMember: (reason: string) => `You cannot do this here: ${escaped(reason, 200)}.`,
  unknownMessage: "This button does not belong to a message PolicyCortex is showing. Please use the newest card.",
  gone: "This no longer exists.",
} as const;

type Refused = Extract<VoteOutcome, { readonly outcome: "refused" }>;

const byCode: Readonly<Record<Refused["code"], string>> = {
  own_request: "You asked for this, so somebody else has to decide it.",
  not_an_approver: "You are not among the approvers of this request, so your vote does not count.",
  already_decided: "This request is already decided. The card shows the outcome.",
  stale_revision: "This request changed. Please review the newest card before you decide.",
  forged_reference: "There is no such request.",
  directory_unreachable: "Slack cannot tell right now who the approvers are, so no vote can be counted. Please try again in a minute.", // prettier-ignore
};

/** Whether the refusal means that the message showed something that is no longer so (A10). */
export function isOutdated(code: Refused["code"]): boolean {
  return code === "already_decided" || code === "stale_revision";
}

/** A sentence for each reason a vote is not counted; the decision's own words where there are some. */
export function voteRefusal(refused: Refused): string {
  return refused.message === "" ? byCode[refused.code] : escaped(refused.message, 500);
}

/** A sentence of an operation that refused. */
export function operationRefusal(words: string): string {
  return escaped(words, 800);
}
