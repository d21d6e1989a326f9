/** Something Slack or e-mail must tell, as a row. Stages insert notices, never blocks (DESIGN 10). */
export const noticeKinds = [
  /** The channel message of a finding: plan, approval state, outcome. Subject: run. Updated in place. */
  "card",
  /** The progress reply in the card's thread. Subject: run. Updated in place. */
  "progress",
  /** One vote as a thread reply. Subject: approval; payload: voteId. Never updated. */
  "vote",
  /** A milestone reply in the thread (denied, expired, failed, rolled back, finished). Subject: run. */
  "milestone",
  /** The expiry notice to the CISO with Request again. Subject: approval. */
  "expired",
  /** A further request of the same finding (undo, request again, superseded plan): a thread reply, broadcast, with its own buttons. Subject: run. */
  "request",
  /** A workflow's own message (`send_slack_message`). Subject: run; payload: text. */
  "message",
  /** An alert to the operators' channel. */
  "alert",
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export interface NoticeInsert {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: NoticeKind;
  readonly subjectKind: "run" | "approval" | "none";
  readonly subjectId: string;
  /** Unique: inserting the same key twice is inserting once. */
  readonly dedupeKey: string;
  /** A channel name or id; absent = the product's default channel. */
  readonly channel?: string;
  /** Dedupe key of the notice whose message is the thread's parent. */
  readonly threadOf?: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** 0 terminal states and requests, 5 ordinary, 9 progress. */
  readonly priority: number;
}
