import { extendChain } from "../audit/chain.ts";
import type { Clock } from "../core/clock.ts";
import { PolicyError } from "../core/errors.ts";
import type { Directory, Person } from "../core/ports.ts";
import { isFinished } from "../core/run.ts";
import { insertAudit } from "../store/audit.ts";
import type { Database, Transaction } from "../store/client.ts";
import { lockAdministration, writeControl } from "../store/control.ts";
import { readEvent } from "../store/events.ts";
import { readRun, readUndoRuns } from "../store/run-views.ts";
import type { RunRow } from "../store/runs.ts";
import { sendSignal } from "../store/signals.ts";
import { inTransaction } from "../store/transaction.ts";
import type { Permission } from "../workflow/documents.ts";
import type { Snapshot } from "./engine.ts";
import type { Deployed } from "./snapshots.ts";
import { startRun } from "./start.ts";
import type { RunData } from "./state.ts";
import { undoDefinition } from "./undo-graph.ts";
import { isUndoable } from "./view.ts";

export interface CommandParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly deployed: () => Deployed;
  readonly snapshot: (digest: string) => Promise<Snapshot>;
}

/** Who asks: a verified person, and by which way. */
export interface Asker {
  readonly person: Person;
  readonly via: "slack" | "cli" | "http";
}

/** DESIGN 8: stop, undo, retry, run and pause are decisions too; `permissions:` says who, nobody by default. */
export async function requirePermission(
  parts: Pick<CommandParts, "directory" | "deployed">,
  asker: Asker,
  permission: Permission,
): Promise<void> {
  const roles = parts.deployed().documents.permissions[permission];
  if (await holdsAny(parts, asker.person, roles)) return;
  const who = roles.length > 0 ? `only ${roles.join(", ")} may` : "nobody may: no permissions: document grants it";
  throw new PolicyError("forbidden", `you may not ${permission.replaceAll("_", " ")} here: ${who}`);
}

async function holdsAny(
  parts: Pick<CommandParts, "directory" | "deployed">,
  person: Person,
  roles: readonly string[],
): Promise<boolean> {
  const held = await rolesOf(parts, person, roles);
  return held.length > 0;
}

/** The roles of the `approvers:` document that somebody holds right now; an unreachable role is held by nobody. */
export async function rolesOf(
  parts: Pick<CommandParts, "directory" | "deployed">,
  person: Person,
  among?: readonly string[],
): Promise<string[]> {
  const { documents } = parts.deployed();
  const names = among ?? [...documents.roles.keys()];
  const held: string[] = [];
  for (const name of names) {
    const binding = documents.roles.get(name);
    if (!binding || binding.from !== undefined) continue;
    const members = await parts.directory.members(person.tenantId, binding, {});
    if (members.status === "known" && members.people.some((member) => member.id === person.id)) held.push(name);
  }
  return held;
}

async function runOfTenant(transaction: Transaction, runId: string, tenantId: string): Promise<RunRow> {
  const row = await readRun(transaction, runId);
  if (row?.tenantId !== tenantId) throw new PolicyError("not_found", `there is no run ${runId}`);
  return row;
}

/** Ask a run to stop: a signal that its owner reads before the next effect. */
export async function stopRun(parts: CommandParts, asker: Asker, runId: string, reason: string): Promise<void> {
  await requirePermission(parts, asker, "stop");
  await inTransaction(parts.database, async (transaction) => {
    const row = await runOfTenant(transaction, runId, asker.person.tenantId);
    if (isFinished(row.state)) throw new PolicyError("already_decided", `the run has already ended: ${row.state}`);
    const payload = { by: `person:${asker.person.id}`, reason: reason || `stopped by ${asker.person.displayName}` };
    await sendSignal(transaction, { tenantId: row.tenantId, runId, key: "stop", payload, priority: 0 });
  });
}

/** Start the undo of a run: a child run on a built-in graph that asks for the same quorum. */
export async function undoRun(parts: CommandParts, asker: Asker, runId: string): Promise<string> {
  await requirePermission(parts, asker, "undo");
  const parent = await runOfTenant(parts.database, runId, asker.person.tenantId);
  const undo = (await readUndoRuns(parts.database, [runId])).get(runId);
  if (!isUndoable(parent, undo))
    throw new PolicyError(
      "conflict",
      undo ? `the undo of this run is ${undo.state}` : `there is nothing to undo: the run is ${parent.state}`,
    );
  const { workflow } = await parts.snapshot(parent.workflowDigest);
  const data = parent.data as unknown as RunData;
  const definition = undoDefinition(workflow, runId, data.effects, data.impact ?? "HIGH");
  return follow(parts, asker, parent, definition, "undo", `undo:${runId}`);
}

/** Start again what failed, was rolled back, stopped or expired: a new run, a new plan, a new request in the finding's thread. */
export async function retryRun(
  parts: CommandParts,
  asker: Asker,
  runId: string,
  permission: Permission = "retry",
): Promise<string> {
  await requirePermission(parts, asker, permission);
  const parent = await runOfTenant(parts.database, runId, asker.person.tenantId);
  if (parent.state === "needs_attention") return resumeRun(parts, asker, parent);
  if (!["failed", "rolled_back", "expired", "cancelled"].includes(parent.state))
    throw new PolicyError("conflict", `a run that is ${parent.state} cannot be started again`);
  const { documents } = parts.deployed();
  if (parent.kind === "undo" && parent.parentId !== null) return undoRun(parts, asker, parent.parentId);
  const workflow = documents.workflows.find((candidate) => candidate.name === parent.workflow);
  if (!workflow) throw new PolicyError("not_found", `the workflow ${parent.workflow} is no longer deployed`);
  const event = await eventOf(parts.database, parent);
  return follow(parts, asker, parent, workflow, "workflow", `${workflow.name}:${event.fingerprint ?? event.id}`);
}

/** The run itself goes on where it stands: its owner reads the signal. */
async function resumeRun(parts: CommandParts, asker: Asker, run: RunRow): Promise<string> {
  const payload = { by: `person:${asker.person.id}` };
  const { tenantId, id: runId } = run;
  await inTransaction(parts.database, (transaction) =>
    sendSignal(transaction, { tenantId, runId, key: "retry", payload, priority: 1 }),
  );
  return runId;
}

async function eventOf(database: Database, row: RunRow) {
  const event = row.eventId === null ? undefined : await readEvent(database, row.eventId);
  if (!event) throw new PolicyError("internal", `run ${row.id} has no event`);
  return event;
}

async function follow(
  parts: CommandParts,
  asker: Asker,
  parent: RunRow,
  workflow: Snapshot["workflow"],
  kind: "undo" | "workflow",
  dedupeKey: string,
): Promise<string> {
  const event = await eventOf(parts.database, parent);
  const threadRunId = (parent.data as unknown as RunData).threadRunId ?? parent.id;
  // Today's documents say who must agree today, for an undo as for a new request.
  const deployed = parts.deployed();
  const started = await inTransaction(parts.database, (transaction) =>
    startRun(transaction, {
      event,
      workflow,
      deployed,
      kind,
      dedupeKey,
      requesterPersonId: asker.person.id,
      parent: { runId: parent.id, threadRunId },
      now: parts.clock.now(),
      actor: `person:${asker.person.id}`,
    }),
  );
  return started.runId;
}

/** The global kill switch: no effect begins while a tenant is paused; waiting runs go on after `resume`. */
export async function setPaused(parts: CommandParts, asker: Asker, paused: boolean): Promise<void> {
  await requirePermission(parts, asker, "pause");
  await writePause(parts, asker.person.tenantId, `person:${asker.person.id}`, paused);
}

/** The switch itself, audited on the tenant's administration chain. The command line calls it for the operating-system user. */
export async function writePause(
  parts: Pick<CommandParts, "database" | "clock">,
  tenantId: string,
  actor: string,
  paused: boolean,
): Promise<void> {
  const now = parts.clock.now();
  await inTransaction(parts.database, async (transaction) => {
    const head = await lockAdministration(transaction, tenantId);
    const subject = { tenantId, subjectKind: "tenant" as const, subjectId: tenantId };
    const chain = extendChain(
      subject,
      head,
      [{ action: paused ? "tenant.paused" : "tenant.resumed", actor, details: {} }],
      now,
    );
    await insertAudit(transaction, chain.entries);
    await writeControl(transaction, tenantId, "audit", { ...chain.head }, actor);
    await writeControl(transaction, tenantId, "pause", { paused }, actor);
    if (!paused) await wakePausedRuns(transaction, tenantId);
  });
}

async function wakePausedRuns(transaction: Transaction, tenantId: string): Promise<void> {
  const waiting = await transaction.run.findMany({
    where: { tenantId, finished: false, reason: "paused" },
    select: { id: true },
  });
  for (const { id } of waiting) await sendSignal(transaction, { tenantId, runId: id, key: "resumed", payload: {} });
}
