/** The words the local Slack uses: what is stored, what travels, what a test or the page gets back. */

export type JsonObject = Record<string, unknown>;

/** A block, element or view part as JSON; only `type` is known before validation. */
export interface Block extends JsonObject {
  type: string;
  block_id?: string;
}

export interface User {
  id: string;
  name: string;
  real_name: string;
  title: string;
  email: string;
  tz: string;
  team_id: string;
  deleted: boolean;
  is_bot: boolean;
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  is_stranger: boolean;
}

export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
}

export interface Channel {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  members: string[];
  archived: boolean;
  ext_shared: boolean;
  created: number;
  restriction?: Restriction;
}

/** Slack's own codes for what administrators forbid in a channel. */
export type Restriction =
  | "restricted_action"
  | "restricted_action_read_only_channel"
  | "restricted_action_thread_only_channel"
  | "restricted_action_non_threadable_channel"
  | "restricted_action_thread_locked";

export interface Settings {
  homeTab: boolean;
  messagesTab: boolean;
  /** Minutes in which a message may be edited; null: for ever. */
  editWindowMinutes: number | null;
  fileUploads: boolean;
  /** Free plans have no user groups. */
  userGroups: boolean;
}

export interface Metadata {
  event_type: string;
  event_payload: JsonObject;
}

/** A message as Slack stores it, which is not what was sent: ids, `emoji`, `verbatim` and authorship are filled in. */
export interface StoredMessage {
  type: "message";
  subtype?: "thread_broadcast" | "tombstone";
  channel: string;
  ts: string;
  user: string;
  bot_id?: string;
  app_id?: string;
  team: string;
  text: string;
  blocks: Block[];
  thread_ts?: string;
  parent_user_id?: string;
  metadata?: Metadata;
  edited?: { user: string; ts: string };
  files?: JsonObject[];
  /** Set on ephemeral messages: the one person who sees it. */
  ephemeral_for?: string;
}

/** One message with everything it ever was; the last version is the current one. */
export interface MessageRecord {
  channel: string;
  ts: string;
  versions: StoredMessage[];
  deleted: boolean;
}

export interface StoredView {
  id: string;
  team_id: string;
  app_id: string;
  app_installed_team_id: string;
  bot_id: string;
  type: "modal" | "home";
  callback_id: string;
  private_metadata: string;
  external_id: string;
  title: JsonObject | null;
  submit: JsonObject | null;
  close: JsonObject | null;
  blocks: Block[];
  state: { values: StateValues };
  hash: string;
  root_view_id: string;
  previous_view_id: string | null;
  clear_on_close: boolean;
  notify_on_close: boolean;
  submit_disabled: boolean;
}

export type StateValues = Record<string, Record<string, JsonObject>>;

export interface Trigger {
  id: string;
  user: string;
  expiresAt: number;
  used: boolean;
}

/** A message that waits for its time, in seconds. */
export interface Scheduled {
  id: string;
  channel: string;
  postAt: number;
  text: string;
}

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  size: number;
  /** The last part of its upload address. */
  ticket: string;
  /** As received; undefined until the upload. */
  content: string | undefined;
  channels: string[];
}

export interface ResponseUrl {
  token: string;
  kind: "actions" | "commands";
  user: string;
  channel: string;
  /** The message a click came from; commands have none. */
  source?: { ts: string; ephemeral: boolean };
  usesLeft: number;
  expiresAt: number;
}

/** One call of the Web API, as the server saw it. */
export interface ApiCall {
  at: number;
  method: string;
  args: JsonObject;
  status: number;
  ok: boolean;
  error?: string;
  /** Over the tier or the 1 message per second per channel, whether or not it was refused. */
  overLimit: boolean;
}

/** One request sent to the bot. */
export interface Delivery {
  id: string;
  at: number;
  kind:
    | "block_actions"
    | "view_submission"
    | "view_closed"
    | "shortcut"
    | "message_action"
    | "block_suggestion"
    | "command"
    | "event"
    | "url_verification"
    | "replay"
    | "forged";
  user: string;
  body: string;
  contentType: string;
  headers: Record<string, string>;
  /** 0 when the bot did not answer in time or could not be reached. */
  status: number;
  answer: string;
  ackMs: number;
  failure?: "timeout" | "unreachable";
  /** The bot asked for no retries (`x-slack-no-retry: 1`). */
  noRetry?: boolean;
  /** Set on the second and later deliveries of an event. */
  retry?: { num: number; reason: string };
  /** The delivery fault it ran into. */
  fault?: string;
  /** How it travelled. */
  transport: "http" | "socket";
  /** What the bot did wrong in its answer, in words. */
  problem?: string;
}

export interface Fault {
  method: string;
  kind: "error" | "status" | "429" | "drop_after" | "drop_before" | "delay" | "200_rate_limited";
  /** Error code, HTTP status, Retry-After in seconds (missing: no header) or delay in ms, by kind. */
  value?: string | number;
  /** Only calls whose `channel` argument is this. */
  channel?: string;
  /** 1-based: the first matching call it hits; default 1. */
  nth?: number;
  /** How many calls in a row it hits; default 1. */
  times?: number;
}

/** What changed, for pages that watch. */
export type Change =
  | { kind: "message"; channel: string; ts: string; user?: string }
  | { kind: "view" | "home"; user: string }
  | { kind: "workspace" };
