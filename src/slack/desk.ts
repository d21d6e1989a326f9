import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../store/client.ts";
import type { Clients } from "./clients.ts";
import type { Groups } from "./groups.ts";
import type { Operations } from "./operations.ts";
import type { People } from "./people.ts";

/** What listeners work with. */
export interface Desk {
  readonly operations: Operations;
  readonly people: People;
  readonly groups: Groups;
  readonly clients: Clients;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly tenantId: string;
  self(): Promise<{ readonly teamId: string; readonly botUserId: string; readonly botId: string }>;
}
