import type { VoteChoice } from "../core/approval.ts";
import type { Clock } from "../core/clock.ts";
import type { Directory, Person } from "../core/ports.ts";
import type { Store } from "../store/client.ts";

export interface ApprovalDeps {
  readonly store: Store;
  readonly directory: Directory;
  /** For ids only: deadlines are judged by the database's clock. */
  readonly clock: Clock;
  readonly newId?: () => string;
}

/** The same with its defaults filled in. */
export type Wired = Required<ApprovalDeps>;

/** Somebody's wish to vote; `person` comes from a verified request, never from a button's value. */
export interface VoteAttempt {
  readonly approvalId: string;
  /** The revision the button was drawn for; absent from the command line, which shows the newest. */
  readonly revision?: number;
  readonly person: Person;
  readonly choice: VoteChoice;
  readonly reason?: string;
  readonly via: "slack" | "cli" | "http";
  /** From the command line: whose account on the machine it was, for the audit. */
  readonly osUser?: string;
}
