import { z } from "zod";
import { actionFacts } from "../../src/act/catalogue.ts";
import { defineAction } from "../../src/act/define-action.ts";
import type { ActionContext, ActionDefinition, ActionPlan } from "../../src/core/action.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { PolicyEvent } from "../../src/core/event.ts";
import { newId } from "../../src/core/identifiers.ts";
import { silentLog } from "../../src/core/log.ts";
import type { ApprovalRequest, Approvals } from "../../src/core/ports.ts";
import { createDriver } from "../../src/run/driver.ts";
import type { EngineParts } from "../../src/run/engine.ts";
import { createMessages } from "../../src/run/messages.ts";
import { createSnapshotReader, type Deployed } from "../../src/run/snapshots.ts";
import { startRun } from "../../src/run/start.ts";
import type { Store } from "../../src/store/client.ts";
import { storeEvent } from "../../src/store/events.ts";
import { createFoldedWrite } from "../../src/store/folded-write.ts";
import { loadDocuments } from "../../src/workflow/documents.ts";

/** A provider in memory: one value per target, and every effect counted. */
export interface FakeWorld {
  readonly values: Map<string, string>;
  readonly effects: string[];
  /** Called inside execute, before and after the effect: throw to fail there. */
  before?: (target: string) => Promise<void> | void;
  after?: (target: string) => Promise<void> | void;
  rollbackFails?: boolean;
  verifyFails?: boolean;
}

const params = z.strictObject({ target: z.string(), value: z.string().default("fixed") });
type Params = z.infer<typeof params>;

/** An action on the fake world that keeps the whole contract. */
export function fakeAction(world: FakeWorld, name = "set_value"): ActionDefinition {
  const read = (target: string) => world.values.get(target) ?? "broken";
  return defineAction({
    name,
    description: "Sets a value of the fake world",
    type: "permission_reduction",
    priority: "high",
    impact: "MEDIUM",
    changesSomething: true,
    params,
    estimatedDuration: 10,
    plan: async ({ params: { target, value } }: ActionContext<Params>): Promise<ActionPlan> => ({
      targets: [
        {
          provider: "fake",
          account: "123456789012",
          region: "us-east-1",
          id: `fake:${target}`,
          name: target,
          type: "Fake::Thing",
        },
      ],
      before: { value: read(target) },
      after: { value },
      changes: [{ field: "value", before: read(target), after: value }],
      changesSomething: read(target) !== value,
      blastRadius: ["one thing"],
      missingPermissions: [],
      rollbackPlan: { available: true, estimated_duration_ms: 10, rollback_actions: ["restore_value"] },
      facts: {
        bucket_environment: "production",
        tags: { Environment: "production", Owner: "olga@example.com" },
        owner: "olga@example.com",
      },
    }),
    validate: async () => ({ valid: true, reasons: [] }),
    execute: async ({ params: { target, value } }) => {
      await world.before?.(target);
      if (read(target) !== value) {
        world.effects.push(target);
        world.values.set(target, value);
      }
      await world.after?.(target);
      return { status: "success", message: `${target} is ${value}`, affected_systems: [`fake:${target}`] };
    },
    verify: async ({ params: { target, value } }) => ({
      status: !world.verifyFails && read(target) === value ? "success" : "failed",
      message: `${target} is ${read(target)}`,
      evidence: { value: read(target) },
    }),
    rollback: async ({ params: { target } }, plan) => {
      if (world.rollbackFails) return { status: "failed", message: "the provider says no" };
      if (read(target) === plan.before["value"]) return { status: "success", message: "nothing to do" };
      world.effects.push(`rollback ${target}`);
      world.values.set(target, plan.before["value"] as string);
      return { status: "success", message: "restored" };
    },
  });
}

/** Policy documents for engine tests: one role, one vote, production asks. */
export const policyYaml = `approvers:
  security_team: { slack_group: "@security" }
  ciso: { slack_group: "@ciso" }
`;
const conditionsYaml = `conditions:
  - name: "never"
    expression: "1 == 2"
`;

/** A workflow with as many changing steps as targets. */
export function workflowYaml(name: string, targets: readonly string[], ask: boolean, condition?: string): string {
  const only = condition === undefined ? "" : `      condition: ${JSON.stringify(condition)}\n`;
  const steps = targets.map(
    (target) =>
      `    - name: "fix_${target}"\n      type: "remediation"\n      action: "set_value"\n      parameters: { target: "${target}" }\n${only}`,
  );
  const requiredFor = ask ? "[production_resources]" : "[never]";
  const approval = `  approval:\n    required_for: ${requiredFor}\n    approvers: [security_team]\n    required_approvals: 1\n`;
  return `workflow:\n  name: "${name}"\n  description: "test"\n  version: "1.0"\n  trigger:\n    event: "policy.violation.created"\n    conditions:\n      - policy_name: "test"\n  steps:\n${steps.join("")}${approval}`;
}

/** An Approvals port in memory, decided by the test. */
export function fakeApprovals(): Approvals & {
  readonly requests: (ApprovalRequest & { id: string })[];
  authorised: boolean;
  readonly ended: string[];
} {
  const requests: (ApprovalRequest & { id: string })[] = [];
  const ended: string[] = [];
  const port = {
    requests,
    ended,
    authorised: true,
    request: async (request: ApprovalRequest) => {
      const known = requests.find(
        (each) => each.runId === request.runId && each.nodeId === request.nodeId && each.revision === request.revision,
      );
      if (known) return known.id;
      const id = newId();
      requests.push({ ...request, id });
      return id;
    },
    verdict: async (id: string) => ({
      state: "pending" as const,
      planDigest: requests.find((each) => each.id === id)?.planDigest ?? "",
    }),
    stillAuthorised: async () => ({ authorised: port.authorised, reason: "a vote no longer counts" }),
    end: async (id: string, state: string) => void ended.push(`${state} ${id}`),
  };
  return port;
}

/** What the engine logged as an error: tests that expect none look here. */
export const trouble: object[] = [];

export interface TestEngine {
  readonly parts: EngineParts;
  readonly approvals: ReturnType<typeof fakeApprovals>;
  start(scopes?: readonly ("events" | "act")[]): Promise<string>;
  drive(runId: string): Promise<void>;
  /** Another process over the same store: its own worker id and driver. */
  successor(): TestEngine;
}

export function testEngine(
  store: Store,
  world: FakeWorld,
  yaml: string,
  shared?: { approvals: ReturnType<typeof fakeApprovals> },
): TestEngine {
  const catalogue = new Map([["set_value", fakeAction(world)]]);
  const facts = actionFacts(catalogue);
  const policyFiles = [
    { file: "policy.yaml", text: policyYaml },
    { file: "conditions.yaml", text: conditionsYaml },
  ];
  const { documents, problems } = loadDocuments([...policyFiles, { file: "w.yaml", text: yaml }], facts);
  if (problems.some((problem) => problem.severity === "error")) throw new Error(JSON.stringify(problems));
  const deployed: Deployed = { documents, policyFiles };
  const approvals = shared?.approvals ?? fakeApprovals();
  const parts: EngineParts = {
    store,
    workerId: newId(),
    clock: systemClock,
    log: { ...silentLog, error: (details, message) => void trouble.push({ ...details, message }) },
    catalogue,
    connectors: {},
    messages: createMessages(store.interactive),
    approvals,
    write: createFoldedWrite(store.engine),
    snapshot: createSnapshotReader(store.engine, facts),
    paused: async () => false,
  };
  const driver = createDriver(parts);
  return {
    parts,
    approvals,
    start: (scopes = ["events", "act"]) => startTestRun(store, deployed, scopes),
    drive: (runId) => driver.drive(runId, new AbortController().signal),
    successor: () => testEngine(store, world, yaml, { approvals }),
  };
}

async function startTestRun(store: Store, deployed: Deployed, scopes: readonly ("events" | "act")[]): Promise<string> {
  const event = testEvent(scopes);
  return store.interactive.$transaction(async (transaction) => {
    await storeEvent(transaction, event, { status: "accepted" });
    const workflow = deployed.documents.workflows[0]!;
    return (
      await startRun(transaction, { event, workflow, deployed, dedupeKey: event.id, now: new Date(), actor: "system" })
    ).runId;
  });
}

export function testEvent(scopes: readonly ("events" | "act")[] = ["events", "act"]): PolicyEvent {
  const id = newId();
  return {
    id,
    tenantId: "default",
    type: "policy.violation.created",
    format: "native",
    key: id,
    fingerprint: id,
    occurredAt: new Date().toISOString(),
    violation: {
      id: "v-1",
      policy: { name: "test" },
      severity: "HIGH",
      resource: { id: "fake:a", name: "a", type: "Fake::Thing", account_id: "123456789012", region: "us-east-1" },
    },
    facts: {},
    sender: { name: "test", tenantId: "default", scopes },
  };
}
