import type { OpenConnectors } from "../act/connectors/connectors.ts";
import type { ApprovalService } from "../approve/approvals.ts";
import type { Clock } from "../core/clock.ts";
import type { PipelineParts } from "../pipeline.ts";
import type { CommandParts } from "../run/commands.ts";
import type { Deployed } from "../run/snapshots.ts";
import type { Store } from "../store/client.ts";

/** What every surface (Slack, HTTP, command line) is filled from. */
export interface Shared {
  readonly store: Store;
  readonly clock: Clock;
  readonly approvals: ApprovalService;
  readonly commands: CommandParts;
  readonly pipeline: PipelineParts;
  readonly connectors: OpenConnectors;
  readonly deployed: () => Deployed;
}
