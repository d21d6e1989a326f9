import { administer } from "./admin.ts";
import { clicks } from "./click.ts";
import type { ClickOptions, Locator } from "./click.ts";
import { commands } from "./command.ts";
import type { DeliveryFault } from "./delivery-faults.ts";
import { sendEvent, verifyUrl } from "./events.ts";
import type { Faults } from "./faults.ts";
import { forgeries } from "./forge.ts";
import type { Forgery } from "./forge.ts";
import { oracle } from "./lints/oracle.ts";
import type { Oracle } from "./lints/oracle.ts";
import { modals } from "./modal.ts";
import { office } from "./office.ts";
import type { Office } from "./office.ts";
import { sights } from "./see.ts";
import type { LiveControl } from "./see.ts";
import type { Outgoing } from "./send.ts";
import { shortcuts } from "./shortcuts.ts";
import type { Shortcuts } from "./shortcuts.ts";
import type { ApiCall, Delivery, Fault, JsonObject, StoredMessage, StoredView, User } from "./types.ts";

/** What came of one thing a person did. */
export interface DriverResult {
  /** The bot's HTTP status; 0 when it did not answer in time or nothing was sent. */
  status: number;
  body: string;
  ackMs: number;
  /** What the person sees. `warning`: the sign beside a button that was not acknowledged; `failed`: a command's error. */
  seen:
    | "ok"
    | "warning"
    | "failed"
    | "cancelled"
    | "modal_closed"
    | "modal_errors"
    | "modal_updated"
    | "modal_pushed"
    | "modal_cleared"
    | "modal_trouble";
  /** Messages beside the fields, by block id. */
  viewErrors?: Record<string, string>;
  /** For {@link SlackDriver.replay}; absent when nothing was sent. */
  deliveryId?: string;
  /** What the bot did wrong in its answer. */
  problem?: string;
}

/** A person's hands and eyes. Every act throws `Refused`, and sends nothing, where a real person could not do it. */
export interface SlackDriver extends Oracle, Office, Shortcuts {
  /** Presses a button or chooses from a menu of a message's current version. */
  click(userId: string, locator: Locator, options?: ClickOptions): Promise<DriverResult>;
  /** Presses what an out-of-date client still shows; `version` counts from 0. */
  clickStale(userId: string, locator: Locator & { version: number }, options?: ClickOptions): Promise<DriverResult>;
  /** Two payloads at the same moment. */
  doubleClick(userId: string, locator: Locator, options?: ClickOptions): Promise<DriverResult[]>;
  /** Several people at the same moment. */
  clickAtOnce(userIds: string[], locator: Locator, options?: ClickOptions): Promise<DriverResult[]>;
  /** Uses an element of the person's top modal, or of their Home tab when no modal is open. */
  clickView(userId: string, actionId: string, options?: ClickOptions & { blockId?: string }): Promise<DriverResult>;
  /** Sends the same bytes and headers again. */
  replay(deliveryId: string): Promise<DriverResult>;
  /** Sends any body with a good, wrong or missing signature of any age. */
  forge(request: Forgery): Promise<DriverResult>;
  slash(userId: string, channel: string, command: string, text: string): Promise<DriverResult>;
  /** Submits the top view; `values[block_id][action_id]` is what was typed, or the chosen option's value. */
  submitView(userId: string, values: Record<string, Record<string, string>>): Promise<DriverResult>;
  /** Closes the top view. */
  closeView(userId: string): Promise<void>;
  /** Opens the app's Home tab: the bot gets `app_home_opened`. */
  openHome(userId: string): Promise<DriverResult>;
  /** Posts as a person; returns the message's ts. */
  say(userId: string, channel: string, text: string, threadTs?: string): Promise<string>;
  /** A channel (thread replies left out unless broadcast) or a thread, as that person sees it; `as` unset: no ephemerals. */
  messages(channel: string, options?: { as?: string; threadTs?: string }): StoredMessage[];
  /** Everything a message ever was, oldest first. */
  versions(channel: string, ts: string): StoredMessage[];
  /** Open modals, the top one last. */
  views(userId: string): StoredView[];
  home(userId: string): StoredView | undefined;
  /** Everything that can be clicked in current messages. */
  liveControls(channel?: string): LiveControl[];
  apiLog(): ApiCall[];
  deliveries(): Delivery[];
  setFault(rule: Fault): void;
  clearFaults(): void;
  /** Passes time for triggers, response URLs and rate limits, in milliseconds. */
  elapse(milliseconds: number): void;
  editUser(id: string, patch: Partial<Omit<User, "id">>): void;
  /** Sets who is in a group, by handle. */
  editGroup(handle: string, userIds: string[]): void;
  archiveChannel(channel: string, archived?: boolean): void;
  removeBot(channel: string): void;
  addBot(channel: string): void;
  revokeToken(revoked?: boolean): void;
  setScopes(scopes: string[]): void;
  /** The bot gets `tokens_revoked` and `app_uninstalled`, and its token is no longer good. */
  uninstallApp(): void;
  /** Which event types the app gets. */
  subscribe(events: string[]): void;
  subscriptions(): string[];
  /** A new signing secret; the `previous_secret` delivery fault signs with the old one. */
  rotateSigningSecret(): string;
  /** Any event, retried like every event. */
  emit(userId: string, event: JsonObject & { type: string }): Promise<DriverResult>;
  /** Asks the bot's address for the challenge. */
  verifyUrl(): Promise<DriverResult>;
  setDeliveryFault(rule: DeliveryFault): void;
  clearDeliveryFaults(): void;
  /** Waits for deliveries nobody else waits for: events caused by administrators, retries, duplicates. */
  settled(): Promise<void>;
}

/** The driver over one workspace. */
export function createDriver(outgoing: Outgoing & { url(): string }, faults: Faults, log: ApiCall[]): SlackDriver {
  const { workspace } = outgoing;
  return {
    ...clicks(outgoing),
    ...commands(outgoing),
    ...modals(outgoing),
    ...forgeries(outgoing),
    ...sights(workspace),
    ...administer(outgoing),
    ...office(outgoing),
    ...shortcuts(outgoing),
    ...oracle({ workspace, log, deliveries: outgoing.deliveries }),
    emit: (userId, event) => sendEvent(outgoing, userId, event),
    verifyUrl: () => verifyUrl(outgoing),
    setDeliveryFault: (rule) => outgoing.faults.add(rule),
    clearDeliveryFaults: () => outgoing.faults.clear(),
    settled: async () => {
      while (outgoing.background.size > 0) await Promise.all(outgoing.background);
    },
    apiLog: () => [...log],
    deliveries: () => [...outgoing.deliveries],
    setFault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    elapse: (milliseconds) => workspace.clock.advance(milliseconds),
  };
}
