import { describe, expect, test } from "@jest/globals";
import { actionFacts } from "../../src/act/catalogue.ts";
import type { ActionDefinition } from "../../src/core/action.ts";
import { systemClock } from "../../src/core/clock.ts";
import { PolicyError } from "../../src/core/errors.ts";
import type { StepRecord } from "../../src/core/run.ts";
import { simulate, type SimulateInput } from "../../src/run/simulate.ts";
import type { RunData } from "../../src/run/state.ts";
import type { Trace } from "../../src/run/trace.ts";
import { readEvent } from "../../src/store/events.ts";
import { readRun } from "../../src/store/run-views.ts";
import { sendSignal } from "../../src/store/signals.ts";
import { loadDocuments } from "../../src/workflow/documents.ts";
import { useStore } from "../support/database.ts";
import { fakeAction, policyYaml, testEngine, testEvent, workflowYaml, type FakeWorld } from "../support/engine.ts";

const use = useStore();
const world = (values: Record<string, string> = {}): FakeWorld => ({
  values: new Map(Object.entries(values)),
  effects: [],
});

/** An action that may plan; anything else is a failure of the test. */
function onlyPlans(from: ActionDefinition, planned: string[] = []): ActionDefinition {
  const never = async (): Promise<never> => Promise.reject(new Error("a simulation must never get here"));
  return {
    ...from,
    plan: async (context) => {
      planned.push(context.actionRunId);
      return from.plan(context);
    },
    validate: never,
    execute: never,
    verify: never,
    rollback: never,
  };
}

function inputFor(yaml: string, extra: Partial<SimulateInput> = {}): SimulateInput {
  const catalogue = extra.catalogue ?? new Map([["set_value", onlyPlans(fakeAction(world()))]]);
  const conditions = 'conditions:\n  - name: "never"\n    expression: "1 == 2"\n';
  const files = [
    { file: "policy.yaml", text: policyYaml },
    { file: "conditions.yaml", text: conditions },
    { file: "w.yaml", text: yaml },
  ];
  const { documents, problems } = loadDocuments(files, actionFacts(catalogue));
  expect(problems.filter((problem) => problem.severity === "error")).toEqual([]);
  const workflow = documents.workflows[0]!;
  return { workflow, documents, catalogue, event: testEvent(), mode: "read", clock: systemClock, ...extra };
}

const statuses = (trace: Trace) => trace.steps.map((step) => [step.node, step.status]);

describe("what it shows", () => {
  test("reading: the plan, who must agree, what would be posted, the path, the end; no action does more than plan", async () => {
    const planned: string[] = [];
    const catalogue = new Map([["set_value", onlyPlans(fakeAction(world()), planned)]]);
    const trace = await simulate(inputFor(workflowYaml("w", ["a", "b"], true), { catalogue }));
    expect(planned).toHaveLength(2);
    expect(trace).toMatchObject({ state: "succeeded", mode: "read", trigger: { starts: true } });
    expect(trace.path).toEqual(["approval", "fix_a", "fix_a.verify", "fix_b", "fix_b.verify"]);
    expect(trace.approvals).toMatchObject([
      {
        stages: [{ roles: ["security_team"], required: 1 }],
        because: ["production_resources: environment is production"],
        told_when_expired: ["ciso"],
        answer: "approved",
        assumed: true,
      },
    ]);
    expect(trace.steps.find((step) => step.node === "fix_a")).toMatchObject({
      status: "succeeded",
      assumed: true,
      parameters: { target: "a" },
      plan: { read: true, changes: [{ field: "value", before: "broken", after: "fixed" }] },
    });
    expect(trace.posts.map((post) => [post.kind, post.where])).toEqual([
      ["card", "channel"],
      ["progress", "thread"],
      ["milestone", "thread"],
    ]);
  });

  test("dry: nothing is planned either, facts are unknown, so that people are asked", async () => {
    const planned: string[] = [];
    const catalogue = new Map([["set_value", onlyPlans(fakeAction(world()), planned)]]);
    const trace = await simulate(inputFor(workflowYaml("w", ["a"], true), { catalogue, mode: "dry-run" }));
    expect(planned).toEqual([]);
    expect(trace.approvals[0]!.because[0]).toContain("environment is unknown");
    expect(trace.steps.find((step) => step.node === "fix_a")!.plan).toMatchObject({
      read: false,
      would_read: "fake:a, account 123456789012, us-east-1",
    });
  });

  test("an event that does not match: which condition, and the actual value", async () => {
    const input = inputFor(workflowYaml("w", ["a"], true));
    const violation = { ...input.event.violation!, policy: { name: "other" } };
    const trace = await simulate({ ...input, event: { ...input.event, violation } });
    expect(trace).toMatchObject({ state: "not_started", path: [], steps: [], trigger: { starts: false } });
    expect(trace.trigger.conditions.find((condition) => !condition.holds)).toEqual({
      name: "policy_name",
      expected: "test",
      actual: "other",
      holds: false,
    });
  });

  test("a finding that calls for nothing does not start it, whatever matches", async () => {
    const input = inputFor(workflowYaml("w", ["a"], true));
    const violation = { ...input.event.violation!, workflow_status: "RESOLVED" };
    const trace = await simulate({ ...input, event: { ...input.event, violation } });
    expect(trace.trigger).toMatchObject({ starts: false, reason: expect.stringContaining("workflow_status") });
  });

  test.each([
    ["denied", "denied"],
    ["expired", "expired"],
  ] as const)("%s ends it, and nothing behind the gate is reached", async (vote, state) => {
    const trace = await simulate(inputFor(workflowYaml("w", ["a"], true), { votes: [vote] }));
    expect(trace.state).toBe(state);
    expect(statuses(trace)).toEqual([
      ["approval", "failed"],
      ["fix_a", "skipped"],
      ["fix_a.verify", "skipped"],
    ]);
  });

  test("a plan that cannot be read needs a human, at the first try", async () => {
    const refuse = async (): Promise<never> => {
      throw new PolicyError("provider_throttled", "too many calls");
    };
    const catalogue = new Map([["set_value", { ...onlyPlans(fakeAction(world())), plan: refuse }]]);
    const trace = await simulate(inputFor(workflowYaml("w", ["a"], true), { catalogue }));
    expect(trace).toMatchObject({ state: "needs_attention", reason: "too many calls" });
  });

  test("actions that nobody has installed are shown in both modes, and named", async () => {
    const yaml = workflowYaml("w", ["a"], true).replace('"set_value"', '"isolate_compromised_resource"').replace('{ target: "a" }', '{ resource_id: "{{ violation.resource.id }}", isolation_method: "security_group_lockdown" }'); // prettier-ignore
    for (const mode of ["read", "dry-run"] as const) {
      const trace = await simulate(inputFor(yaml, { mode }));
      expect(trace.notes[0]).toContain("isolate_compromised_resource");
      expect(trace.steps.find((step) => step.node === "fix_a")).toMatchObject({
        parameters: { resource_id: "fake:a" },
        plan: { read: false },
      });
    }
  });
});

describe("the same state machine as the engine", () => {
  const cases: readonly (readonly [string, Record<string, string>, boolean])[] = [
    ["without asking", {}, false],
    ["with an approval", {}, true],
    ["one target already as wanted", { a: "fixed" }, false],
    ["nothing to change", { a: "fixed", b: "fixed" }, true],
  ];
  test.each(cases)("%s: the engine's run ends like the simulation", async (_name, values, ask) => {
    const real = world(values);
    const engine = testEngine(use.store, real, workflowYaml("w", ["a", "b"], ask));
    const runId = await engine.start();
    const row = async () => (await readRun(use.store.engine, runId))!;
    const stored = await row();
    const { workflow, documents } = await engine.parts.snapshot(stored.workflowDigest);
    const catalogue = new Map([["set_value", onlyPlans(fakeAction(world(values)))]]);
    const event = (await readEvent(use.store.engine, stored.eventId!))!;
    const trace = await simulate({ workflow, documents, event, catalogue, mode: "read", clock: systemClock });

    await engine.drive(runId);
    const [request] = engine.approvals.requests;
    if (request) {
      const payload = { approvalId: request.id, state: "approved", reason: "ok" };
      const key = `approval:${request.id}:approved`;
      await use.store.engine.$transaction((transaction) => sendSignal(transaction, { tenantId: "default", runId, key, payload })); // prettier-ignore
      await engine.drive(runId);
    }
    const ended = await row();
    const steps = Object.values((ended.data as unknown as RunData).steps) as readonly StepRecord[];
    expect(trace.state).toBe(ended.state);
    expect(trace.reason ?? null).toBe(ended.reason);
    expect(trace.approvals).toHaveLength(engine.approvals.requests.length);
    const reached = trace.steps.filter((step) => step.status !== "not_reached");
    expect(Object.fromEntries(reached.map((step) => [step.node, step.status]))).toEqual(
      Object.fromEntries(steps.map((step) => [step.node, step.status])),
    );
  });
});
