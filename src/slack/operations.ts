import type { ApprovalState, ApprovalView, VoteChoice, VoteOutcome } from "../core/approval.ts";
import type { Person } from "../core/ports.ts";
import type { RunView } from "../core/run.ts";

/** Done, or why not, in a sentence for the person who asked. */
export type Done = { readonly done: true } | { readonly refused: string };
export type Started = { readonly runId: string } | { readonly refused: string };

/** Everything Slack asks of the product: the composition root fills it, so that Slack knows no stage. */
export interface Operations {
  castVote(vote: {
    readonly approvalId: string;
    /** The revision the card showed; another one is refused as stale. */
    readonly revision?: number;
    readonly person: Person;
    readonly choice: VoteChoice;
    readonly reason?: string;
    readonly via: "slack";
  }): Promise<VoteOutcome>;
  approval(id: string): Promise<ApprovalView | undefined>;
  approvals(filter: {
    readonly tenantId: string;
    readonly state?: ApprovalState;
    readonly personId?: string;
    readonly runId?: string;
    readonly limit?: number;
  }): Promise<ApprovalView[]>;
  run(id: string): Promise<RunView | undefined>;
  runs(filter: { readonly tenantId: string; readonly workflow?: string; readonly limit?: number }): Promise<RunView[]>;
  workflows(): readonly { readonly name: string; readonly description: string; readonly trigger: string }[];
  startRun(request: {
    readonly tenantId: string;
    readonly workflow: string;
    readonly assignments: Readonly<Record<string, string>>;
    readonly person: Person;
    readonly channelId: string;
  }): Promise<Started>;
  stopRun(request: { readonly runId: string; readonly person: Person; readonly reason?: string }): Promise<Done>;
  undoRun(request: { readonly runId: string; readonly person: Person }): Promise<Started>;
  retryRun(request: { readonly runId: string; readonly person: Person }): Promise<Started>;
  requestAgain(request: { readonly approvalId: string; readonly person: Person }): Promise<Started>;
  pause(request: { readonly person: Person }): Promise<Done>;
  resume(request: { readonly person: Person }): Promise<Done>;
  /** Names of the roles somebody holds right now. */
  rolesOf(person: Person): Promise<readonly string[]>;
}
