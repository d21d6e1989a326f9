import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Store } from "../../store/client.ts";
import type { Channels } from "../channels.ts";
import type { Clients } from "../clients.ts";
import type { Render } from "./message.ts";

/** What delivering needs. */
export interface Delivery {
  readonly store: Store;
  readonly clients: Clients;
  readonly channels: Channels;
  readonly clock: Clock;
  readonly log: Log;
  readonly render: Render;
  readonly defaultChannel: string;
  /** Where alerts go that belong to no thread. */
  readonly alertsChannel: string;
  /** The installation, learnt from auth.test. */
  self(): Promise<{ readonly teamId: string; readonly botUserId: string }>;
}
