import type { AuditDraft } from "../core/audit-entry.ts";
import type { JsonObject } from "../core/json.ts";
import type { RunState, StepRecord } from "../core/run.ts";
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
