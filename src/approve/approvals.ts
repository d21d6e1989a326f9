import type { ApprovalView, VoteOutcome } from "../core/approval.ts";
import { PolicyError } from "../core/errors.ts";
import { newId } from "../core/identifiers.ts";
import type { Approvals } from "../core/ports.ts";
import type { ApprovalFilter } from "../store/approval-views.ts";
import { readApproval } from "../store/approvals.ts";
import { stillAuthorised } from "./authority.ts";
import type { ApprovalDeps, VoteAttempt, Wired } from "./deps.ts";
import { endApproval } from "./end.ts";
import { requestApproval } from "./request.ts";
import { listApprovals, viewApproval } from "./view.ts";
import { castVote } from "./vote.ts";
import { wake } from "./wake.ts";

export type { ApprovalDeps, VoteAttempt } from "./deps.ts";

/** What Slack, the command line, the pages and the jobs ask of approvals, beside what the engine asks. */
export interface ApprovalService extends Approvals {
  castVote(attempt: VoteAttempt): Promise<VoteOutcome>;
  /** The job `approval:<id>`. */
  wake(approvalId: string): Promise<void>;
  view(approvalId: string): Promise<ApprovalView | undefined>;
  list(filter: ApprovalFilter): Promise<ApprovalView[]>;
}

/** Approvals over a store and a directory (DESIGN 8). Each replica has its own; the database's row locks make them one. */
export function createApprovals(deps: ApprovalDeps): ApprovalService {
  const wired: Wired = { newId: () => newId(deps.clock.now().getTime()), ...deps };
  return {
    request: (request) => requestApproval(wired, request),
    castVote: (attempt) => castVote(wired, attempt),
    wake: (approvalId) => wake(wired, approvalId),
    stillAuthorised: (approvalId) => stillAuthorised(wired, approvalId),
    end: (approvalId, state, reason, actor) => endApproval(wired, approvalId, state, reason, actor),
    view: (approvalId) => viewApproval(wired, approvalId),
    list: (filter) => listApprovals(wired, filter),
    verdict: async (approvalId) => {
      const row = await readApproval(wired.store.interactive, approvalId);
      if (!row) throw new PolicyError("not_found", `there is no approval ${approvalId}`);
      const { state, planDigest, decisionReason } = row;
      return { state, planDigest, ...(decisionReason === null ? {} : { reason: decisionReason }) };
    },
  };
}
