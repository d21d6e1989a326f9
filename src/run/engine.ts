import type { ActionDefinition, Connectors } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import type { PolicyEvent } from "../core/event.ts";
import type { WorkflowDefinition } from "../core/graph.ts";
import type { Log } from "../core/log.ts";
import type { Approvals, Messages } from "../core/ports.ts";
import type { Store } from "../store/client.ts";
import type { RunWrite, WriteOutcome } from "../store/folded-write.ts";
import type { Documents } from "../workflow/documents.ts";

/** The definition and documents a run started with, whatever is deployed meanwhile (DESIGN 5, Versions). */
export interface Snapshot {
  readonly workflow: WorkflowDefinition;
  readonly documents: Documents;
}

/** What the engine is made of; the composition root fills it, tests fill it with fakes. */
export interface EngineParts {
  readonly store: Store;
  readonly write: (write: RunWrite) => Promise<WriteOutcome>;
  readonly workerId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly catalogue: ReadonlyMap<string, ActionDefinition>;
  readonly connectors: Connectors;
  readonly messages: Messages;
  readonly approvals: Approvals;
  readonly snapshot: (digest: string) => Promise<Snapshot>;
  /** Whether everything is paused for a tenant (the global kill switch). */
  readonly paused: (tenantId: string) => Promise<boolean>;
}

/** One run being driven: its row as last committed, and what this process alone remembers of it. */
export interface Driving {
  readonly runId: string;
  readonly snapshot: Snapshot;
  readonly event: PolicyEvent;
  /** Intents that this process has committed and not yet acted on → the monotonic instant after which it must not. */
  readonly freshIntents: Map<string, number>;
  /** Calls that this process saw end without knowing their effect: action run id → the epoch of the intent. */
  readonly endedCalls: Map<string, number>;
  readonly signal: AbortSignal;
}
