import type { Clock } from "../core/clock.ts";
import { coerceError } from "../core/errors.ts";
import { newId } from "../core/identifiers.ts";
import type { Log } from "../core/log.ts";
import type { Directory } from "../core/ports.ts";
import type { Store } from "../store/client.ts";
import { reviveDeadNotices } from "../store/notice-delivery.ts";
import { forgetIdleBuckets } from "../store/slack-budget.ts";
import { inTransaction } from "../store/transaction.ts";
import { createApp } from "./app.ts";
import { createChannels } from "./channels.ts";
import { findProblems, type Expected } from "./check.ts";
import { createClients } from "./clients.ts";
import { deliver } from "./delivery/deliver.ts";
import { createRender } from "./delivery/render.ts";
import type { Desk } from "./desk.ts";
import { createDirectory } from "./directory.ts";
import { createGroups } from "./groups.ts";
import type { Operations } from "./operations.ts";
import { createPeople } from "./people.ts";
import { createReceiver, type HttpAnswer, type HttpRequest } from "./receiver.ts";
import { createSelf } from "./self.ts";
import { createSocket } from "./socket.ts";

export interface SlackConfig {
  readonly botToken: string;
  /** One, or two while rotating. */
  readonly signingSecrets: readonly string[];
  /** Set → Socket Mode. */
  readonly appToken?: string;
  readonly apiUrl?: string;
  readonly defaultChannel: string;
  /** Where alerts go that belong to no thread; the default channel unless said. */
  readonly alertsChannel?: string;
  readonly tenantId: string;
}

/** Slack as the rest of the product sees it. */
export interface Slack {
  /** Mounted at `POST /slack/events`. */
  handle(request: HttpRequest): Promise<HttpAnswer>;
  readonly directory: Directory;
  /** The job `notice:<id>`. */
  deliver(noticeId: string): Promise<void>;
  /** Learn who we are, connect the socket when there is one, try again what lately could not be shown. */
  start(): Promise<void>;
  /** What `doctor` and `serve` print; names of groups and further channels come from the documents. */
  check(expected?: Partial<Expected>): Promise<{ readonly ok: boolean; readonly problems: string[] }>;
  stop(): Promise<void>;
}

const reviveForMs = 24 * 3_600_000;

export function createSlack(deps: {
  readonly config: SlackConfig;
  readonly store: Store;
  readonly operations: Operations;
  readonly clock: Clock;
  readonly log: Log;
}): Slack {
  const { config, store, operations, clock, log } = deps;
  const clients = createClients(config, log);
  const self = createSelf(clients.reading);
  const channels = createChannels(clients.reading, clock);
  const groups = createGroups(clients.reading, clock);
  const people = createPeople({ reading: clients.reading, store, clock, tenantId: config.tenantId, self: self.get });
  const desk: Desk = { operations, people, groups, clients, store, clock, log, tenantId: config.tenantId, self: self.get }; // prettier-ignore
  const receiver = createReceiver({ signingSecrets: config.signingSecrets, store, clock, log });
  const app = createApp(desk, receiver, config);
  const render = createRender({ operations, store });
  const delivery = { store, clients, channels, clock, log, render, defaultChannel: config.defaultChannel, alertsChannel: config.alertsChannel ?? config.defaultChannel, self: self.get }; // prettier-ignore
  const socket =
    config.appToken === undefined
      ? undefined
      : createSocket(app, { ...config, appToken: config.appToken }, { clock, log });

  return {
    handle: receiver.handle,
    directory: createDirectory({ people, groups, log }),
    deliver: (noticeId) => deliver(delivery, noticeId),
    async start() {
      await forgetIdleBuckets(store.housekeeping);
      const since = newId(clock.now().getTime() - reviveForMs);
      await inTransaction(store.housekeeping, (transaction) => reviveDeadNotices(transaction, since));
      // A Slack that is away must not keep the product from starting: deliveries and clicks ask again.
      await self.get().catch((error: unknown) => log.error({ alert: true, reason: coerceError(error).message }, "Slack does not know the bot")); // prettier-ignore
      await socket?.start();
    },
    async check(expected = {}) {
      const wanted = { channels: [config.defaultChannel, ...(expected.channels ?? [])], groups: expected.groups ?? [] };
      self.forget();
      groups.forget();
      const problems = await findProblems({ self: self.get, channels, groups }, wanted);
      return { ok: problems.length === 0, problems };
    },
    async stop() {
      await socket?.stop();
    },
  };
}
