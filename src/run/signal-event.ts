import { approvalStates, type ApprovalState } from "../core/approval.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import type { RunCore, RunEvent } from "./state.ts";

type Decided = Extract<RunEvent, { type: "decided" }>;

/**
 * What a signal means to a run. A signal that somebody waits for, or a stop, is an event; one that comes before its wait
 * was committed stays (undefined) until the run is idle, and is then a leftover to be consumed.
 */
export function signalEvent(
  run: RunCore,
  signal: { readonly key: string; readonly payload: JsonObject },
  at: string,
  idle: boolean,
): RunEvent | undefined {
  const { key, payload } = signal;
  const waitsFor = (id: string) => run.data.tokens.some((token) => token.phase === "waiting" && token.waitsFor === id);
  if (key === "stop") return stopEvent(payload, at, key);
  if (key === "retry") return { type: "retry_requested", at, by: text(payload["by"]) ?? "system", signal: key };
  const [kind, id = ""] = key.split(":");
  if (kind === "approval" && waitsFor(id)) return decided(id, payload, at, key);
  if (kind === "notice" && waitsFor(id)) return delivered(id, payload, at, key);
  return idle ? { type: "signal_ignored", at, signal: key } : undefined;
}

function stopEvent(payload: JsonObject, at: string, signal: string): RunEvent {
  return {
    type: "stop_requested",
    at,
    by: text(payload["by"]) ?? "system",
    reason: text(payload["reason"]) ?? "",
    signal,
  };
}

function decided(approvalId: string, payload: JsonObject, at: string, signal: string): RunEvent {
  const state = text(payload["state"]) ?? "cancelled";
  const known =
    (approvalStates as readonly string[]).includes(state) && state !== "pending"
      ? (state as Exclude<ApprovalState, "pending">)
      : "cancelled";
  const reason = text(payload["reason"]);
  return {
    type: "decided",
    at,
    approvalId,
    state: known satisfies Decided["state"],
    signal,
    ...(reason === undefined ? {} : { reason }),
  };
}

function delivered(noticeId: string, payload: JsonObject, at: string, signal: string): RunEvent {
  const output = isJsonObject(payload) ? payload : {};
  return {
    type: "delivered",
    at,
    noticeId,
    ok: payload["status"] === "delivered",
    output,
    signal,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
