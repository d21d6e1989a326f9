import { EventEmitter } from "node:events";

import { sandboxClock } from "./clock.ts";
import type { SandboxClock } from "./clock.ts";
import { timeLimits } from "./limits.ts";
import { randomFrom } from "./random.ts";
import type { Random } from "./random.ts";
import type { WorkspaceData } from "./seed.ts";
import type {
  Change,
  Channel,
  MessageRecord,
  ResponseUrl,
  Scheduled,
  StoredFile,
  StoredMessage,
  Trigger,
  User,
  UserGroup,
} from "./types.ts";

/** Slack forgets ephemeral messages when the client reloads; here the last ones stay. */
const MAX_EPHEMERALS = 1_000;

/** The workspace in memory: look-ups, ids and time stamps, and who is told when something changes. Knows no rules. */
export class Workspace {
  readonly clock: SandboxClock;
  readonly random: Random;
  readonly data: WorkspaceData;
  readonly scheduled: Scheduled[] = [];
  readonly files = new Map<string, StoredFile>();
  /** When each streaming message was started, by channel and ts. */
  readonly streams = new Map<string, number>();
  readonly #triggers = new Map<string, Trigger>();
  readonly #messages = new Map<string, MessageRecord>();
  readonly #inChannel = new Map<string, MessageRecord[]>();
  readonly #inThread = new Map<string, MessageRecord[]>();
  readonly #events = new EventEmitter().setMaxListeners(0);

  constructor(data: WorkspaceData, { clock = sandboxClock(), random = randomFrom(undefined) } = {}) {
    this.data = data;
    this.clock = clock;
    this.random = random;
    for (const record of data.messages) this.#index(record);
  }

  get app(): WorkspaceData["app"] {
    return this.data.app;
  }

  /** Calls back on every change until the returned function is called. */
  onChange(listener: (change: Change) => void): () => void {
    this.#events.on("change", listener);
    return () => this.#events.off("change", listener);
  }

  changed(change: Change): void {
    this.#events.emit("change", change);
  }

  /** A message time stamp: wall time in microseconds, strictly increasing across restarts. */
  nextTs(): string {
    const wall = BigInt(this.clock.wall()) * 1_000n;
    const last = BigInt(this.data.lastTs.replace(".", ""));
    const next = (wall > last ? wall : last + 1n).toString().padStart(7, "0");
    this.data.lastTs = `${next.slice(0, -6)}.${next.slice(-6)}`;
    return this.data.lastTs;
  }

  /** An id such as `V0000000A`, unique in this workspace for ever. */
  nextId(prefix: string): string {
    this.data.counter += 1;
    return `${prefix}${this.data.counter.toString(36).toUpperCase().padStart(8, "0")}`;
  }

  user(id: string): User | undefined {
    return this.data.users.find((user) => user.id === id);
  }

  channel(id: string): Channel | undefined {
    return this.data.channels.find((channel) => channel.id === id);
  }

  /** By handle, with or without the `@`. */
  group(handle: string): UserGroup | undefined {
    return this.data.groups.find((group) => group.handle === handle.replace(/^@/, ""));
  }

  /** The direct-message channel between the bot and a person, opened when there is none yet. */
  openDm(userId: string): { channel: Channel; alreadyOpen: boolean } {
    const found = this.data.channels.find(({ kind, members }) => kind === "im" && members.includes(userId));
    if (found) return { channel: found, alreadyOpen: true };
    const channel: Channel = {
      id: `D${userId.replace(/^U/, "")}`,
      name: "directmessage",
      kind: "im",
      members: [userId, this.app.botUserId],
      archived: false,
      ext_shared: false,
      created: Math.floor(this.clock.wall() / 1_000),
    };
    this.data.channels.push(channel);
    this.changed({ kind: "workspace" });
    return { channel, alreadyOpen: false };
  }

  /** A message that has not been deleted. */
  message(channel: string, ts: string): MessageRecord | undefined {
    const record = this.#messages.get(`${channel}:${ts}`);
    return record?.deleted === true ? undefined : record;
  }

  /** Also a deleted one, with everything it was. */
  record(channel: string, ts: string): MessageRecord | undefined {
    return this.#messages.get(`${channel}:${ts}`);
  }

  /** Every message ever posted in a channel, deleted ones included, oldest first. */
  recordsIn(channel: string): MessageRecord[] {
    return this.#inChannel.get(channel) ?? [];
  }

  /** Every reply ever posted in a thread, deleted ones included, oldest first. */
  repliesTo(channel: string, threadTs: string): MessageRecord[] {
    return this.#inThread.get(`${channel}:${threadTs}`) ?? [];
  }

  #index(record: MessageRecord): void {
    const { channel, ts } = record;
    this.#messages.set(`${channel}:${ts}`, record);
    listIn(this.#inChannel, channel).push(record);
    const { thread_ts } = latest(record);
    if (thread_ts !== undefined && thread_ts !== ts) listIn(this.#inThread, `${channel}:${thread_ts}`).push(record);
  }

  addMessage(message: StoredMessage): void {
    const { channel, ts } = message;
    const record: MessageRecord = { channel, ts, versions: [message], deleted: false };
    this.data.messages.push(record);
    this.#index(record);
    this.changed({ kind: "message", channel, ts });
  }

  addVersion(record: MessageRecord, message: StoredMessage): void {
    record.versions.push(message);
    this.changed({ kind: "message", channel: record.channel, ts: record.ts });
  }

  addEphemeral(message: StoredMessage): void {
    this.data.ephemerals.push(message);
    if (this.data.ephemerals.length > MAX_EPHEMERALS) this.data.ephemerals.shift();
    this.changed(ephemeralChange(message));
  }

  replaceEphemeral(ts: string, message: StoredMessage | undefined): void {
    const at = this.data.ephemerals.findIndex((ephemeral) => ephemeral.ts === ts);
    const old = this.data.ephemerals[at];
    if (!old) return;
    this.data.ephemerals.splice(at, 1, ...(message ? [message] : []));
    this.changed(ephemeralChange(old));
  }

  /** A single-use ticket to open a modal, good for three seconds; format as Slack's. */
  issueTrigger(user: string): string {
    for (const [id, trigger] of this.#triggers)
      if (trigger.expiresAt < this.clock.now() - 60_000) this.#triggers.delete(id);
    this.data.counter += 1;
    const id = `${this.data.counter}.${this.clock.wall()}.${this.random(16)}`;
    this.#triggers.set(id, { id, user, expiresAt: this.clock.now() + timeLimits.triggerMs, used: false });
    return id;
  }

  trigger(id: string): Trigger | undefined {
    return this.#triggers.get(id);
  }

  /** The token of a new `response_url`: five uses in thirty minutes. */
  issueResponseUrl(own: Pick<ResponseUrl, "kind" | "user" | "channel" | "source">): string {
    const token = this.random(12);
    const expiresAt = this.clock.now() + timeLimits.responseUrlMs;
    const live = this.data.responseUrls.filter((url) => url.expiresAt > this.clock.now() && url.usesLeft > 0);
    this.data.responseUrls = [...live, { ...own, token, expiresAt, usesLeft: timeLimits.responseUrlUses }];
    return token;
  }

  responseUrl(token: string): ResponseUrl | undefined {
    return this.data.responseUrls.find((url) => url.token === token);
  }
}

function ephemeralChange({ channel, ts, ephemeral_for }: StoredMessage): Change {
  return { kind: "message", channel, ts, ...(ephemeral_for === undefined ? {} : { user: ephemeral_for }) };
}

function listIn<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

/** The current version. */
export function latest(record: MessageRecord): StoredMessage {
  return record.versions[record.versions.length - 1]!;
}
