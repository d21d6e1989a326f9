import type { AuditDraft } from "../core/audit-entry.ts";
import type { JsonObject } from "../core/json.ts";
import { noticeKey } from "../core/notice-keys.ts";
import { isFinished, type RunState, type StepRecord } from "../core/run.ts";
import type { Outcome, RunCore, RunData, Token } from "./state.ts";

/** A transition in the making: small words over the plain data, so that each rule below reads as a sentence. */
export interface Draft {
  readonly run: RunCore;
  readonly at: string;
  readonly outcome: Outcome;
}

export function begin(run: RunCore, at: string, signal?: string): Draft {
  const outcome: Outcome = {
    state: run.state,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    data: run.data,
    audit: [],
    notices: [],
    wants: [],
    consumed: signal === undefined ? [] : [signal],
  };
  return { run, at, outcome };
}

function change(draft: Draft, patch: Partial<Outcome>): Draft {
  return { ...draft, outcome: { ...draft.outcome, ...patch } };
}

export function withData(draft: Draft, patch: Partial<RunData>): Draft {
  return change(draft, { data: { ...draft.outcome.data, ...patch } });
}

export function withPatch(draft: Draft, patch: Partial<Outcome>): Draft {
  return change(draft, patch);
}

/** Change the record of a step; a node's first record is made from the graph. */
export function step(draft: Draft, node: string, patch: Partial<StepRecord>): Draft {
  const { data } = draft.outcome;
  const definition = draft.run.graph.nodes[node];
  const fresh: StepRecord = {
    node,
    name: definition?.name ?? node,
    kind: definition?.kind ?? "action",
    ...(definition?.kind === "action" ? { action: definition.action } : {}),
    status: "pending",
    attempts: 0,
  };
  return withData(draft, { steps: { ...data.steps, [node]: { ...(data.steps[node] ?? fresh), ...patch } } });
}

export function audit(draft: Draft, action: string, details: JsonObject, actor = "system"): Draft {
  const entry: AuditDraft = { action, actor, details };
  return change(draft, { audit: [...draft.outcome.audit, entry] });
}

/** Ask for the card and the progress message to be shown anew. Ends and requests go before progress. */
export function show(draft: Draft): Draft {
  const { run, outcome } = draft;
  const ended = isFinished(outcome.state) || outcome.state === "needs_attention";
  const cards = [noticeKey.card(run.id), ...(run.parentId ? [noticeKey.card(run.parentId)] : [])];
  const wants = [
    ...outcome.wants.filter((want) => !cards.includes(want.key) && want.key !== noticeKey.progress(run.id)),
    ...cards.map((key) => ({ key, priority: ended ? 1 : 4, delayMs: 0 })),
    { key: noticeKey.progress(run.id), priority: ended ? 2 : 8, delayMs: 0 },
  ];
  return change(draft, { wants });
}

/** A reply in the thread that people must notice, since updates do not notify. */
export function milestone(draft: Draft, what: string, payload: JsonObject = {}): Draft {
  return notify(draft, "milestone", noticeKey.milestone(draft.run.id, what), { what, ...payload }, 2);
}

/** Tell the operators, in the channel. */
export function alert(draft: Draft, what: string, payload: JsonObject): Draft {
  return notify(draft, "alert", `alert:${draft.run.id}:${what}`, { what, ...payload }, 1);
}

/** Insert a notice about this run once; everything but the card itself is a reply in its thread. */
export function notify(
  draft: Draft,
  kind: "card" | "request" | "progress" | "milestone" | "alert",
  key: string,
  payload: JsonObject,
  priority: number,
): Draft {
  const { run, outcome } = draft;
  const head = outcome.data.threadRunId ?? run.id;
  const own = kind === "card";
  const notice = {
    kind,
    subjectKind: "run" as const,
    subjectId: run.id,
    dedupeKey: key,
    ...(own ? {} : { threadOf: noticeKey.card(head) }),
    payload,
    priority,
  };
  return change(draft, { notices: [...outcome.notices, notice] });
}

/** Move the token of a node. */
export function moveToken(draft: Draft, node: string, patch: Partial<Token>): Draft {
  const tokens = draft.outcome.data.tokens.map((token) => (token.node === node ? { ...token, ...patch } : token));
  return withData(draft, { tokens });
}

export function setState(draft: Draft, state: RunState, reason?: string): Draft {
  return change(draft, { state, ...(reason === undefined ? {} : { reason }) });
}

/** Look again after so many milliseconds. */
export function wakeAfter(draft: Draft, milliseconds: number): Draft {
  return change(draft, { wakeAfterMs: milliseconds });
}

export function note(draft: Draft, ...lines: readonly string[]): Draft {
  return lines.length === 0 ? draft : withData(draft, { notes: [...draft.outcome.data.notes, ...lines] });
}
