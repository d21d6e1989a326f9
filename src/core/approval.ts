import type { JsonObject } from "./json.ts";
import type { PlannedStep } from "./run.ts";

export const approvalStates = ["pending", "approved", "denied", "expired", "cancelled", "superseded"] as const;
export type ApprovalState = (typeof approvalStates)[number];

export const voteChoices = ["approve", "deny"] as const;
export type VoteChoice = (typeof voteChoices)[number];

export interface VoteView {
  readonly personId: string;
  readonly name: string;
  readonly slackUserId?: string;
  readonly choice: VoteChoice;
  readonly reason?: string;
  readonly stage: number;
  readonly castAt: string;
  /** The role whose seat the vote fills, when it counts. */
  readonly seat?: string;
  readonly via: string;
}

export interface StageView {
  readonly index: number;
  readonly name: string;
  readonly state: "pending" | "approved" | "denied" | "skipped";
  readonly roles: readonly {
    readonly role: string;
    readonly slackGroupId?: string;
    readonly slackUserIds: readonly string[];
    readonly note?: string;
  }[];
  readonly required: number;
  readonly approved: number;
}

/** An approval as cards, pages, the API and the command line show it. */
export interface ApprovalView {
  readonly id: string;
  readonly tenantId: string;
  readonly runId: string;
  readonly nodeId: string;
  /** Bound into every button; a click with another one is refused. */
  readonly revision: number;
  readonly state: ApprovalState;
  readonly planDigest: string;
  readonly plan: readonly PlannedStep[];
  readonly impact: string;
  readonly stages: readonly StageView[];
  readonly votes: readonly VoteView[];
  readonly requesterPersonId?: string;
  readonly requesterSlackId?: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly decidedAt?: string;
  readonly decisionReason?: string;
  readonly escalatedAt?: string;
  readonly escalatedTo: readonly string[];
  /** The request that took this one's place. */
  readonly replacedBy?: string;
  readonly card: JsonObject;
}

/** The named outcomes of trying to vote; everything but `counted` leaves the request as it was. */
export type VoteOutcome =
  | {
      readonly outcome: "counted";
      readonly state: ApprovalState;
      readonly approved: number;
      readonly required: number;
      readonly changed: boolean;
    }
  | {
      readonly outcome: "refused";
      readonly code:
        | "own_request"
        | "not_an_approver"
        | "already_decided"
        | "stale_revision"
        | "forged_reference"
        | "directory_unreachable";
      readonly message: string;
      readonly state?: ApprovalState;
    };
