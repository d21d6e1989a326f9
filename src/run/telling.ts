import type { JsonObject } from "../core/json.ts";
import { noticeKey } from "../core/notice-keys.ts";
import { isFinished } from "../core/run.ts";
import { withData, withPatch, type Draft } from "./draft.ts";

/* What a transition tells people: notices to insert and messages to be shown anew. Never blocks (DESIGN 10). */

type Kind = "card" | "request" | "progress" | "milestone" | "alert";

/** The card of the finding, or, for a further request of the same finding, a reply in its thread (CONTRACT). */
export function card(draft: Draft): Draft {
  const further = isFurther(draft);
  const told = withData(draft, { told: true });
  return show(notify(told, further ? "request" : "card", noticeKey.card(draft.run.id), { broadcast: further }, 0));
}

/** Whether another run's card heads the thread. */
function isFurther({ run, outcome }: Draft): boolean {
  return outcome.data.threadRunId !== undefined && outcome.data.threadRunId !== run.id;
}

/** The one progress message, in the thread. */
export function progress(draft: Draft): Draft {
  return notify(draft, "progress", noticeKey.progress(draft.run.id), {}, 6);
}

/** A reply in the thread that people must notice, since updates do not notify. Without a card there is nobody to tell. */
export function milestone(draft: Draft, what: string, payload: JsonObject = {}): Draft {
  if (!draft.outcome.data.told) return draft;
  return notify(draft, "milestone", noticeKey.milestone(draft.run.id, what), { what, ...payload }, 2);
}

/** Tell the operators. */
export function alert(draft: Draft, what: string, payload: JsonObject): Draft {
  return notify(draft, "alert", `alert:${draft.run.id}:${what}`, { what, ...payload }, 1);
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
  return withPatch(draft, { wants });
}

/** Insert a notice about this run once; everything but the card itself is a reply in its thread. */
function notify(draft: Draft, kind: Kind, key: string, payload: JsonObject, priority: number): Draft {
  const { run, outcome } = draft;
  const head = outcome.data.threadRunId ?? run.id;
  // An alert of a run that has no card goes to the channel itself.
  const inThread = kind !== "card" && (outcome.data.told === true || isFurther(draft));
  const notice = {
    kind,
    subjectKind: "run" as const,
    subjectId: run.id,
    dedupeKey: key,
    ...(inThread ? { threadOf: noticeKey.card(head) } : {}),
    payload,
    priority,
  };
  return withPatch(draft, { notices: [...outcome.notices, notice] });
}
