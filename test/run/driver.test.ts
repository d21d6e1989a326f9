import { afterEach, expect, test } from "@jest/globals";
import { PolicyError } from "../../src/core/errors.ts";
import type { RunView } from "../../src/core/run.ts";
import { viewRun } from "../../src/run/view.ts";
import { sendSignal } from "../../src/store/signals.ts";
import { useStore } from "../support/database.ts";
import { testEngine, trouble, workflowYaml, type FakeWorld, type TestEngine } from "../support/engine.ts";

const use = useStore();
afterEach(() => expect(trouble.splice(0)).toEqual([]));
const newWorld = (): FakeWorld => ({ values: new Map(), effects: [] });

async function view(runId: string): Promise<RunView> {
  return (await viewRun(use.store.interactive, runId))!;
}
async function decide(engine: TestEngine, runId: string, state: string): Promise<void> {
  const { id } = engine.approvals.requests.at(-1)!;
  await sendSignal(use.store.interactive, {
    tenantId: "default",
    runId,
    key: `approval:${id}:${state}`,
    payload: { approvalId: id, state },
  });
}

test("without an approval part a run goes straight through: planned, executed once, verified, succeeded", async () => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("auto", ["a", "b"], false));
  const runId = await engine.start();
  await engine.drive(runId);
  const run = await view(runId);
  expect(run.state).toBe("succeeded");
  expect(world.effects).toEqual(["a", "b"]);
  expect(run.steps.map((step) => [step.node, step.status])).toEqual([
    ["approval", "succeeded"],
    ["fix_a", "succeeded"],
    ["fix_a.verify", "succeeded"],
    ["fix_b", "succeeded"],
    ["fix_b.verify", "succeeded"],
  ]);
  expect(await use.store.interactive.notice.count({ where: { subjectId: runId, kind: "card" } })).toBe(1);
  expect(await use.store.interactive.intent.count({ where: { runId } })).toBe(2);
  expect(await use.store.interactive.resourceLock.count({ where: { runId } })).toBe(0);
});

test("an event without the act scope waits for people, and goes on when they approve", async () => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("asks", ["a"], true));
  const runId = await engine.start(["events"]);
  await engine.drive(runId);
  expect((await view(runId)).state).toBe("waiting");
  expect(world.effects).toEqual([]);
  expect(engine.approvals.requests).toHaveLength(1);
  expect(engine.approvals.requests[0]?.stages[0]?.roles.map((role) => role.role)).toEqual(["security_team"]);
  await decide(engine, runId, "approved");
  await engine.drive(runId);
  expect((await view(runId)).state).toBe("succeeded");
  expect(world.effects).toEqual(["a"]);
});

test.each([["denied"], ["expired"], ["cancelled"]])(
  "a request that is %s ends the run so, without an effect",
  async (state) => {
    const world = newWorld();
    const engine = testEngine(use.store, world, workflowYaml("asks", ["a"], true));
    const runId = await engine.start();
    await engine.drive(runId);
    await decide(engine, runId, state);
    await engine.drive(runId);
    expect((await view(runId)).state).toBe(state);
    expect(world.effects).toEqual([]);
  },
);

test("7.12: a plan that changes nothing ends succeeded without a card", async () => {
  const world = newWorld();
  world.values.set("a", "fixed");
  const engine = testEngine(use.store, world, workflowYaml("asks", ["a"], true));
  const runId = await engine.start();
  await engine.drive(runId);
  expect((await view(runId)).state).toBe("succeeded");
  expect(await use.store.interactive.notice.count({ where: { subjectId: runId } })).toBe(0);
  expect(engine.approvals.requests).toHaveLength(0);
});

test("drift between approval and execution: superseded, a new request, no effect until it is approved", async () => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("asks", ["a"], true));
  const runId = await engine.start();
  await engine.drive(runId);
  world.values.set("a", "somebody else's");
  await decide(engine, runId, "approved");
  await engine.drive(runId);
  expect(world.effects).toEqual([]);
  expect(engine.approvals.requests.map((request) => request.revision)).toEqual([1, 2]);
  expect(engine.approvals.requests[0]!.planDigest).not.toBe(engine.approvals.requests[1]!.planDigest);
  expect(engine.approvals.ended).toHaveLength(1);
  await decide(engine, runId, "approved");
  await engine.drive(runId);
  expect((await view(runId)).state).toBe("succeeded");
});

test("A4: lost authority between approval and execution asks anew", async () => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("asks", ["a"], true));
  const runId = await engine.start();
  await engine.drive(runId);
  engine.approvals.authorised = false;
  await decide(engine, runId, "approved");
  await engine.drive(runId);
  expect(world.effects).toEqual([]);
  expect((await view(runId)).state).toBe("waiting");
  expect(engine.approvals.requests).toHaveLength(2);
});

test("a failing step rolls back what the run has done, newest first", async () => {
  const world = newWorld();
  world.before = (target) => {
    if (target === "b") throw new PolicyError("provider_refused", "no");
  };
  const engine = testEngine(use.store, world, workflowYaml("auto", ["a", "b"], false));
  const runId = await engine.start();
  await engine.drive(runId);
  const run = await view(runId);
  expect(run.state).toBe("rolled_back");
  expect(world.effects).toEqual(["a", "rollback a"]);
  expect(world.values.get("a")).toBe("broken");
});

test("E6: a rollback that fails needs attention and does not loop", async () => {
  const world = newWorld();
  world.rollbackFails = true;
  world.verifyFails = true;
  const engine = testEngine(use.store, world, workflowYaml("auto", ["never_restored"], false));
  const runId = await engine.start();
  for (let turn = 0; turn < 12 && (await view(runId)).state !== "needs_attention"; turn++) {
    await engine.drive(runId);
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  const run = await view(runId);
  expect(run.state).toBe("needs_attention");
  expect(await use.store.interactive.notice.count({ where: { subjectId: runId, kind: "alert" } })).toBeGreaterThan(0);
});

test("E3: a cut call is unknown: the world is read, the effect is not doubled", async () => {
  const world = newWorld();
  let cuts = 0;
  world.after = () => {
    if (cuts++ === 0) throw new PolicyError("provider_unknown", "the connection was cut");
  };
  const engine = testEngine(use.store, world, workflowYaml("auto", ["a"], false));
  const runId = await engine.start();
  for (let turn = 0; turn < 10 && (await view(runId)).state !== "succeeded"; turn++) {
    await engine.drive(runId);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  expect((await view(runId)).state).toBe("succeeded");
  expect(world.effects).toEqual(["a"]);
});

test("E15, E16: a second run on the same resource waits until the first has ended", async () => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("auto", ["shared"], false));
  const [first, second] = [await engine.start(), await engine.start()];
  await use.store.engine
    .$executeRaw`INSERT INTO resource_lock (tenant_id, resource, run_id) VALUES ('default', 'fake:shared', ${first}::uuid)`;
  await engine.drive(second);
  expect((await view(second)).state).toBe("waiting");
  expect(world.effects).toEqual([]);
  await engine.drive(first);
  expect((await view(first)).state).toBe("succeeded");
});

test("two drivers on one run: one drives it, the other finds it claimed; one execution", async () => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("auto", ["a", "b", "c"], false));
  const other = engine.successor();
  const runId = await engine.start();
  await Promise.all([engine.drive(runId), other.drive(runId)]);
  await Promise.all([engine.drive(runId), other.drive(runId)]);
  expect((await view(runId)).state).toBe("succeeded");
  expect(world.effects).toEqual(["a", "b", "c"]);
});

test("stop before an effect cancels; a finished run ignores it", async () => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("asks", ["a"], true));
  const runId = await engine.start();
  await engine.drive(runId);
  await sendSignal(use.store.interactive, {
    tenantId: "default",
    runId,
    key: "stop",
    payload: { by: "person:x", reason: "wrong bucket" },
  });
  await engine.drive(runId);
  expect((await view(runId)).state).toBe("cancelled");
  expect(engine.approvals.ended[0]).toMatch(/^cancelled /);
});

test("an unreachable directory at execution is neither a yes nor a no: the run waits and keeps its approval", async () => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("asks", ["waits_for_slack"], true));
  const runId = await engine.start();
  await engine.drive(runId);
  engine.approvals.stillAuthorised = async () => ({ authorised: false, reason: "Slack is away", unsure: true });
  await decide(engine, runId, "approved");
  await engine.drive(runId);
  expect((await view(runId)).state).toBe("waiting");
  expect(world.effects).toEqual([]);
  expect(engine.approvals.requests).toHaveLength(1);
});

test.each([
  ["violation.severity == 'HIGH'", ["conditional"], "succeeded"],
  ["violation.severity == 'LOW'", [], "skipped"],
  ["nobody_told_us_this", [], "skipped"],
])("7.4: a step with the condition %s has the effects %j", async (condition, effects, status) => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("conditional", ["conditional"], false, condition));
  const runId = await engine.start();
  await engine.drive(runId);
  const run = await view(runId);
  expect(run.state).toBe("succeeded");
  expect(world.effects).toEqual(effects);
  const found = run.steps.find((step) => step.node === "fix_conditional")?.status;
  expect(found === "pending" ? "skipped" : found).toBe(status);
});

test("retry: a run that needs attention goes on where it stands when somebody says so", async () => {
  const world = newWorld();
  world.rollbackFails = true;
  world.before = (target) => {
    if (target === "second_try") throw new PolicyError("provider_refused", "no");
  };
  const engine = testEngine(use.store, world, workflowYaml("auto", ["first_try", "second_try"], false));
  const runId = await engine.start();
  await engine.drive(runId);
  expect((await view(runId)).state).toBe("needs_attention");
  world.rollbackFails = false;
  await sendSignal(use.store.interactive, { tenantId: "default", runId, key: "retry", payload: { by: "person:x" } });
  await engine.drive(runId);
  expect((await view(runId)).state).toBe("rolled_back");
  expect(world.values.get("first_try")).toBe("broken");
});

test("7.4: max_delay is a start deadline: missed, it is recorded and alerted, and the step runs", async () => {
  const world = newWorld();
  const yaml = workflowYaml("late", ["too_late"], true).replace(
    '      action: "set_value"',
    '      action: "set_value"\n      max_delay: 1s',
  );
  const engine = testEngine(use.store, world, yaml);
  const runId = await engine.start();
  await engine.drive(runId);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await decide(engine, runId, "approved");
  await engine.drive(runId);
  expect((await view(runId)).state).toBe("succeeded");
  expect((await view(runId)).notes.join(" ")).toContain("max_delay");
  expect(await use.store.interactive.notice.count({ where: { subjectId: runId, kind: "alert" } })).toBe(1);
});

test("E8: a claim whose answer was lost is taken up again by the same worker, and by nobody else while it lives", async () => {
  const world = newWorld();
  const engine = testEngine(use.store, world, workflowYaml("auto", ["lost_claim"], false));
  const runId = await engine.start();
  await use.store.engine
    .$executeRaw`UPDATE run SET owner = ${engine.parts.workerId}::uuid, epoch = 1 WHERE id = ${runId}::uuid`;
  await engine.successor().drive(runId);
  expect(world.effects).toEqual([]);
  await Promise.all([engine.drive(runId), engine.drive(runId)]);
  expect((await view(runId)).state).toBe("succeeded");
  expect(world.effects).toEqual(["lost_claim"]);
});
