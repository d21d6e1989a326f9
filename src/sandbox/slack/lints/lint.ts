import type { ApiCall, Delivery, StoredMessage } from "../types.ts";
import type { Workspace } from "../workspace.ts";

/** Things Slack allows and good bots do not do (slack.md 5.11). */

export type LintRule =
  | "text_missing"
  | "text_too_long"
  | "several_primary"
  | "danger_without_confirm"
  | "same_block_id"
  | "mention"
  | "secret"
  | "email"
  | "update_too_often"
  | "over_limit"
  | "unknown_argument"
  | "shared_channel"
  | "live_after_settled"
  | "two_live_cards"
  | "bad_answer";

export interface Lint {
  rule: LintRule;
  /** Channel and ts of the message, the method, or the delivery. */
  where: string;
  detail: string;
}

export interface LintOptions {
  /** Rules that do not apply to this test. */
  ignore?: LintRule[];
  /** User, group or broadcast (`channel`, `here`, `everyone`) ids that may be mentioned; unset: any person or group. */
  mentions?: string[];
  /** E-mail addresses that may be shown. */
  emails?: string[];
  /** Externally shared channels that may be posted to. */
  sharedChannels?: string[];
  /** Values of controls of requests that are settled: none may be live. */
  settled?: string[];
  /** Action ids of which one value may be live in one message only. */
  oncePerValue?: string[];
}

/** What the lints look at. */
export interface Evidence {
  workspace: Workspace;
  log: ApiCall[];
  deliveries: Delivery[];
}

export type Lints = (evidence: Evidence, options: LintOptions) => Lint[];

/** Names a message in a finding. */
export function place({ channel, ts }: Pick<StoredMessage, "channel" | "ts">): string {
  return `${channel}/${ts}`;
}
