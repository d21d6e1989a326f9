import type { ApprovalState, ApprovalView } from "../core/approval.ts";
import type { Decision } from "../core/decision.ts";
import type { Sender } from "../core/event.ts";
import type { Json } from "../core/json.ts";
import type { RunState, RunView } from "../core/run.ts";

/* Everything the routes ask of the rest of the product. `app.ts` fills it; nothing here knows how. */

export type Headers = Readonly<Record<string, string | undefined>>;

/** What became of one event; sent as it is. */
export interface ReceiveResult {
  readonly event_id: string;
  readonly status: "accepted" | "duplicate" | "ignored";
  readonly decision?: Decision["path"];
  readonly reason?: string;
  readonly runs: readonly string[];
}

export interface RunFilter {
  readonly tenantId: string;
  readonly state?: RunState;
  readonly workflow?: string;
  readonly limit: number;
}

export interface ApprovalFilter {
  readonly tenantId: string;
  readonly state?: ApprovalState;
  readonly runId?: string;
  readonly limit: number;
}

export interface RunDetails {
  readonly run: RunView;
  readonly approvals: readonly ApprovalView[];
}

export interface HttpOperations {
  /** The pipeline: all events of a body, their decisions and pending runs in one transaction, or none of them. */
  receive(input: {
    readonly json: Json;
    readonly headers: Headers;
    readonly sender: Sender;
  }): Promise<readonly ReceiveResult[]>;
  /** Absent: no Slack over HTTP (Socket Mode, or none at all). */
  slack?(request: { readonly rawBody: Buffer; readonly headers: Headers }): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }>;
  runs(filter: RunFilter): Promise<readonly RunView[]>;
  /** Asked with ids of the right shape only. */
  run(id: string): Promise<RunDetails | undefined>;
  approvals(filter: ApprovalFilter): Promise<readonly ApprovalView[]>;
  approval(id: string): Promise<ApprovalView | undefined>;
  ready(): Promise<{ readonly ready: boolean; readonly problems: readonly string[] }>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Only with the sandbox. */
  readonly sandbox?: {
    readonly pageUrl: string;
    readonly token: string;
    /** Lets time pass for every deadline and job. */
    elapse(ms: number): Promise<void>;
  };
}

/** What the routes tell the operators; pino fits. */
export interface HttpLog {
  error(details: object, message: string): void;
  warn(details: object, message: string): void;
  debug(details: object, message: string): void;
}
