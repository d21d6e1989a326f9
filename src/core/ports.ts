import type { JsonObject } from "./json.ts";
import type { ApprovalState } from "./approval.ts";
import type { PlannedStep } from "./run.ts";

/** How an action tells people: it inserts a notice and the run waits for its delivered signal. */
export interface Messages {
  /**
   * Post a message of a workflow once per `key`, however often it is called.
   * @returns the notice id; the run's step completes when the notice is delivered.
   */
  post(message: {
    readonly key: string;
    readonly runId: string;
    readonly tenantId: string;
    readonly channel: string;
    readonly text: string;
  }): Promise<string>;
}

/** A person as the product knows one: distinct people count, not accounts. */
export interface Person {
  readonly id: string;
  readonly tenantId: string;
  readonly displayName: string;
  readonly slackUserId?: string;
  readonly slackTeamId?: string;
  readonly email?: string;
}

/** Who holds a role right now, or why that could not be found out. Never an empty list for "unreachable". */
export type Membership =
  | {
      readonly status: "known";
      readonly people: readonly Person[];
      /** For display and mention, e.g. `S0SECURITY`. */ readonly slackGroupId?: string;
    }
  | { readonly status: "unreachable"; readonly reason: string };

/** Role names → people. Implemented by `slack/`, faked in tests. */
export interface Directory {
  /** Members of a role of the `approvers:` document. `owner` is the trusted tag value for `resource_owner`. Answers are at most 60 s old. */
  members(tenantId: string, role: RoleBinding, context: { readonly owner?: string }): Promise<Membership>;
  /** One live look at a person: false when deactivated, a guest, a bot or of a foreign workspace. */
  isActive(person: Person): Promise<boolean>;
}

/** One role of the `approvers:` document, already looked up by name. */
export interface RoleBinding {
  readonly role: string;
  readonly slackGroup?: string;
  readonly slackUsers?: readonly string[];
  readonly emails?: readonly string[];
  /** A path such as `resource.tags.Owner`: an e-mail read from tags that we read ourselves. */
  readonly from?: string;
}

/** What run hands to approve: plain stages, no workflow types. */
export interface ApprovalRequest {
  readonly tenantId: string;
  readonly runId: string;
  readonly nodeId: string;
  /** 1 for the first request of this node; drift or lost authority makes the next. */
  readonly revision: number;
  readonly planDigest: string;
  readonly plan: readonly PlannedStep[];
  readonly impact: string;
  readonly stages: readonly StageRequest[];
  /** Milliseconds from now to expiry, at the database's clock. */
  readonly timeoutMs: number;
  /** Milliseconds from now until more people are added; absent = no escalation. */
  readonly escalation?: { readonly afterMs: number; readonly roles: readonly RoleBinding[] };
  readonly requesterPersonId?: string;
  /** Facts for the card: title, resource, reasons; plain data. */
  readonly card: JsonObject;
  readonly owner?: string;
  /** Told when the request expires unanswered. */
  readonly expiryRoles: readonly RoleBinding[];
}

export interface StageRequest {
  readonly name: string;
  readonly roles: readonly RoleBinding[];
  readonly requiredApprovals: number;
}

/** Whether the votes still carry what was approved. `unsure`: nobody could be asked right now; never a yes, and not yet a no. */
export interface Authority {
  readonly authorised: boolean;
  readonly reason: string;
  readonly unsure?: boolean;
}

/** What the engine asks of `approve/`. */
export interface Approvals {
  /** Make the request once per (run, node, revision); asking again gives the same id. */
  request(request: ApprovalRequest): Promise<string>;
  /** Where a request stands, judged by the database. */
  verdict(
    approvalId: string,
  ): Promise<{ readonly state: ApprovalState; readonly planDigest: string; readonly reason?: string }>;
  /** Counted anew with today's members (A4): whether the votes still carry what was approved. */
  stillAuthorised(approvalId: string): Promise<Authority>;
  /** End a request that is still pending, or an approved one that no longer fits, as `cancelled` or `superseded`. */
  end(approvalId: string, state: "cancelled" | "superseded", reason: string, actor: string): Promise<void>;
}
