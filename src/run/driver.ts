import { coerceError, PolicyError } from "../core/errors.ts";
import type { PolicyEvent } from "../core/event.ts";
import { isFinished } from "../core/run.ts";
import { createFold } from "../store/fold.ts";
import { claimRuns, readSignals, releaseRun, type ClaimedRun, type RunRow } from "../store/runs.ts";
import { commit, coreOf } from "./commit.ts";
import type { Driving, EngineParts } from "./engine.ts";
import { failure } from "./failure.ts";
import { performExecute, performPrepare } from "./perform-action.ts";
import { performEvaluate } from "./perform-evaluate.ts";
import { performAsk, performPlan } from "./perform-gate.ts";
import { performRollback } from "./perform-rollback.ts";
import { performTell, performVerify } from "./perform-tell.ts";
import { signalEvent } from "./signal-event.ts";
import type { RunCore, RunEvent } from "./state.ts";
import { transition } from "./transition.ts";
import { nextWork, type Work } from "./work.ts";

/** How many runs one claim takes over at most, and how many claims are out at once. */
const claims = { size: 100, lanes: 2 };
/** How long a run rests when the store or a port failed under it. */
const troubleRetryMs = 1_000;

/**
 * Claims a run and drives it until it must wait (DESIGN 5): straight-line work stays in this one call, each step's
 * result is committed before the next begins, and nothing is remembered that a successor would miss.
 */
export function createDriver(parts: EngineParts): {
  readonly drive: (runId: string, signal: AbortSignal) => Promise<void>;
} {
  const life: Life = {
    parts,
    endedCalls: new Map(),
    claim: createFold(async (ids) => {
      const rows = await claimRuns(parts.store.engine, ids, parts.workerId);
      return new Map(rows.map((row) => [row.id, row]));
    }, claims),
  };
  /** Runs that this process is driving now; a second job for one of them asks for another look. */
  const underWay = new Map<string, { again: boolean }>();
  return {
    async drive(runId, signal) {
      const driven = underWay.get(runId);
      if (driven) {
        driven.again = true;
        return;
      }
      const look = { again: false };
      underWay.set(runId, look);
      try {
        // A signal that came while the run was driven found it claimed; it is seen here after the run was given back.
        while ((await driveOnce(life, runId, signal)) || look.again) look.again = false;
      } finally {
        underWay.delete(runId);
      }
    },
  };
}

/** What a driver keeps over all its runs. */
interface Life {
  readonly parts: EngineParts;
  readonly endedCalls: Map<string, number>;
  readonly claim: (runId: string) => Promise<ClaimedRun | undefined>;
}

/** @returns whether there is reason to claim the run again at once. */
async function driveOnce(life: Life, runId: string, signal: AbortSignal): Promise<boolean> {
  const { parts, endedCalls } = life;
  const claimed = await life.claim(runId);
  if (!claimed) return false;
  try {
    const snapshot = await parts.snapshot(claimed.workflowDigest);
    if (!claimed.event) throw new PolicyError("internal", `run ${runId} has no stored event`);
    const event = claimed.event as unknown as PolicyEvent;
    const driving: Driving = { runId, snapshot, event, freshIntents: new Map(), endedCalls, signal };
    const left = await driveClaimed(parts, claimed, driving);
    if (left && isFinished(left.state))
      for (const key of endedCalls.keys()) if (key.startsWith(runId)) endedCalls.delete(key);
    if (left === undefined || signal.aborted || isFinished(left.state)) return false;
    return (await readSignals(parts.store.engine, runId)).length > 0;
  } catch (thrown) {
    parts.log.error(
      { runId, error: coerceError(thrown).message, stack: coerceError(thrown).stack },
      "driving a run failed; it will be tried again",
    );
    await releaseRun(parts.store.engine, runId, parts.workerId, troubleRetryMs);
    return false;
  }
}

/** @returns the row as it was given back; undefined when somebody else has it now. */
async function driveClaimed(parts: EngineParts, claimed: RunRow, driving: Driving): Promise<RunRow | undefined> {
  let row: RunRow | undefined = claimed;
  for (;;) {
    if (driving.signal.aborted) {
      await releaseRun(parts.store.engine, row.id, parts.workerId, 0);
      return undefined;
    }
    const core = coreOf(row, driving.snapshot.workflow.graph);
    const work = nextWork(core, parts.clock.now());
    const signalled = await nextSignal(parts, core, work);
    if (!signalled && (work.kind === "wait" || work.kind === "none"))
      return park(parts, row, core, work.kind === "wait" ? work.afterMs : undefined);
    const event = signalled ?? (await perform(parts, core, row, driving, work));
    row = await apply(parts, row, core, event);
    if (row === undefined || row.owner === null) return row;
  }
}

/** Apply an event: pure transition, requests that no longer fit ended first, then the commit. */
async function apply(parts: EngineParts, row: RunRow, core: RunCore, event: RunEvent): Promise<RunRow | undefined> {
  const outcome = transition(core, event);
  // Before the commit and idempotent: if we die in between, the same event comes again and ends it again.
  if (outcome.supersede)
    await parts.approvals.end(
      outcome.supersede.approvalId,
      outcome.supersede.state,
      outcome.supersede.reason,
      "system",
    );
  return commit(parts, row, event, outcome, false);
}

/** Signals are read where they can matter: while waiting, and before an effect (somebody may have pressed Stop). */
async function nextSignal(parts: EngineParts, core: RunCore, work: Work): Promise<RunEvent | undefined> {
  const matters = work.kind === "wait" || work.kind === "none" || work.kind === "prepare";
  if (!matters) return undefined;
  const idle = work.kind !== "prepare";
  const at = parts.clock.now().toISOString();
  for (const signal of await readSignals(parts.store.engine, core.id)) {
    const event = signalEvent(core, signal, at, idle);
    if (event) return event;
  }
  return undefined;
}

/** Give the run back with its wake-up, without changing what it is. */
async function park(
  parts: EngineParts,
  row: RunRow,
  core: RunCore,
  afterMs: number | undefined,
): Promise<RunRow | undefined> {
  const at = parts.clock.now().toISOString();
  const outcome = transition(core, { type: "signal_ignored", at, signal: "" });
  const wake = afterMs === undefined ? {} : { wakeAfterMs: afterMs };
  return commit(parts, row, { type: "signal_ignored", at, signal: "" }, { ...outcome, ...wake, consumed: [] }, true);
}

/** Do one piece of work. Whatever goes wrong becomes an event: nothing is swallowed and nothing escapes. */
async function perform(
  parts: EngineParts,
  core: RunCore,
  row: RunRow,
  driving: Driving,
  work: Work,
): Promise<RunEvent> {
  try {
    return await performWork(parts, core, row, driving, work);
  } catch (thrown) {
    if (work.kind === "roll_back" || work.kind === "wait" || work.kind === "none") throw thrown;
    return failure(parts, work.node, work.token, coerceError(thrown), work.kind === "execute");
  }
}

async function performWork(
  parts: EngineParts,
  core: RunCore,
  row: RunRow,
  driving: Driving,
  work: Work,
): Promise<RunEvent> {
  switch (work.kind) {
    case "evaluate":
      return performEvaluate(parts, core, driving, work.node);
    case "plan":
      return performPlan(parts, core, driving, work.node);
    case "ask":
      return performAsk(parts, core, row.requesterPersonId, work.node);
    case "prepare":
      return performPrepare(parts, core, driving, work.node, work.token);
    case "execute":
      return performExecute(parts, core, driving, work.node, work.token);
    case "tell":
      return performTell(parts, core, driving, work.node, work.token);
    case "verify":
      return performVerify(parts, core, driving, work.node, work.token);
    case "roll_back":
      return performRollback(parts, core, driving, work.node);
    case "wait":
    case "none":
      return { type: "gave_up", at: parts.clock.now().toISOString(), reason: "there was nothing to do" };
  }
}
