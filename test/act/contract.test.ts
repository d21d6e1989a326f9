import { readdir } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { loadCatalogue } from "../../src/act/catalogue.ts";
import type { ActionPlan } from "../../src/core/action.ts";
import { actionTypes, priorityDeadlineMs } from "../../src/core/action.ts";
import { PolicyError } from "../../src/core/errors.ts";
import { canonicalJson, digest } from "../../src/core/json.ts";
import type { Fixture, FixtureCase, World } from "./fixture.ts";

/* One suite for every action of the catalogue (DESIGN 9). A new action needs its folder and its fixture, nothing here. */

const catalogue = await loadCatalogue();
const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith(".fixture.ts"));
const fixtures = await Promise.all(
  files.map(async (name) => ((await import(`./${name}`)) as { readonly fixture: Fixture }).fixture),
);

test("every installed action has a fixture", () => {
  expect(fixtures.map(({ action }) => action.name).sort()).toEqual([...catalogue.keys()].sort());
});

const scenarios = fixtures.flatMap((fixture) =>
  fixture.cases.map((chosen) => ({ name: `${fixture.action.name}: ${chosen.title}`, fixture, chosen })),
);

let world: World;
let said: unknown[];
async function open(fixture: Fixture, chosen: FixtureCase): Promise<void> {
  world = await fixture.open(chosen);
  chosen.prepare?.(world);
}
/** Keeps what an action answered or threw, for the search for secrets. */
async function hear<T>(answer: Promise<T>): Promise<T> {
  try {
    const value = await answer;
    said.push(value);
    return value;
  } catch (error) {
    said.push(error);
    throw error;
  }
}
async function thrownBy(answer: Promise<unknown>): Promise<PolicyError> {
  try {
    await hear(answer);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
function everything(value: unknown, depth = 0): string {
  if (depth > 6 || value === null || typeof value !== "object") return String(value);
  const names = Object.getOwnPropertyNames(value);
  return names.map((name) => everything((value as Record<string, unknown>)[name], depth + 1)).join("\n");
}

describe.each(scenarios)("$name", ({ fixture, chosen }) => {
  const { action } = fixture;
  beforeEach(async () => {
    said = [];
    await open(fixture, chosen);
  });
  afterEach(async () => {
    await world.close();
    const spoken = said.map((value) => everything(value)).join("\n");
    for (const secret of world.secrets) expect(spoken).not.toContain(secret);
  });
  const plan = (): Promise<ActionPlan> => hear(action.plan(world.context()));

  test("says what the seed's interface asks", () => {
    expect(actionTypes).toContain(action.type);
    expect(action.estimatedDuration).toBeLessThanOrEqual(priorityDeadlineMs[action.priority]);
    expect(Object.isFrozen(action)).toBe(true);
  });

  test("refuses unknown and wrong parameters", () => {
    expect(action.params.safeParse(chosen.params).success).toBe(true);
    for (const bad of [...fixture.badParams, { ...chosen.params, surprise: 1 }])
      expect(action.params.safeParse(bad).success).toBe(false);
  });

  test("planning reads only, and twice gives the same digest", async () => {
    const start = world.read();
    const first = await plan();
    expect(digest(await plan())).toBe(digest(first));
    expect(world.writes()).toEqual([]);
    expect(world.read()).toEqual(start);
    expect(first.changesSomething).toBe(action.changesSomething && first.changes.length > 0);
    expect(Object.keys(first.rollbackPlan)).toEqual(
      expect.arrayContaining(["available", "estimated_duration_ms", "rollback_actions"]),
    );
    expect(first.rollbackPlan.available || first.rollbackPlan.reason !== undefined).toBe(true);
  });

  test("validating has no effect", async () => {
    const planned = await plan();
    expect(await hear(action.validate(world.context(), planned))).toEqual({ valid: true, reasons: [] });
    expect(world.writes()).toEqual([]);
  });

  test("executing twice is one effect", async () => {
    const planned = await plan();
    const result = await hear(action.execute(world.context(), planned));
    expect(result).toMatchObject({ status: "success", message: expect.any(String) });
    expect(result.affected_systems.length).toBeGreaterThan(0);
    expect(canonicalJson(result.output)).toEqual(expect.any(String));
    const after = world.read();
    const writes = world.writes();
    const again = await hear(action.execute(world.context(), planned));
    expect(again.status).toBe("success");
    if (action.changesSomething) expect(again.message).toContain("nothing to do");
    expect(world.read()).toEqual(after);
    expect(world.writes()).toEqual(writes);
    expect((await hear(action.validate(world.context(), planned))).valid).toBe(true);
  });

  test("an aborted signal rejects every function", async () => {
    const planned = await plan();
    const signal = AbortSignal.abort(new Error("stopped by a person"));
    const context = world.context({ signal });
    await expect(action.plan(context)).rejects.toThrow("stopped by a person");
    for (const name of ["validate", "execute", "verify", "rollback"] as const)
      await expect(action[name](context, planned)).rejects.toThrow("stopped by a person");
    expect(world.writes()).toEqual([]);
  });
});

const changing = scenarios.filter(({ fixture }) => fixture.action.changesSomething);
describe.each(changing)("$name", ({ fixture, chosen }) => {
  const { action } = fixture;
  let planned: ActionPlan;
  beforeEach(async () => {
    said = [];
    await open(fixture, chosen);
    planned = await action.plan(world.context());
  });
  afterEach(async () => {
    await world.close();
    const spoken = said.map((value) => everything(value)).join("\n");
    for (const secret of world.secrets) expect(spoken).not.toContain(secret);
  });
  const execute = () => hear(action.execute(world.context(), planned));
  const rollback = () => hear(action.rollback(world.context(), planned));

  test("verifying fails before and succeeds after; a new plan then changes nothing", async () => {
    const before = await hear(action.verify(world.context(), planned));
    expect(before).toMatchObject({ status: "failed", evidence: expect.any(Object) });
    await execute();
    const after = await hear(action.verify(world.context(), planned));
    expect(after.status).toBe("success");
    expect(Object.keys(after.evidence).length).toBeGreaterThan(0);
    expect((await action.plan(world.context())).changesSomething).toBe(false);
  });

  test("rolling back restores every byte, and twice is a no-op", async () => {
    const start = world.read();
    await execute();
    expect(world.read()).not.toEqual(start);
    expect(await rollback()).toMatchObject({ status: "success" });
    expect(world.read()).toEqual(start);
    const writes = world.writes().length;
    expect(await rollback()).toMatchObject({ status: "success", message: expect.stringContaining("nothing to do") });
    expect(world.writes()).toHaveLength(writes);
    expect(digest(await action.plan(world.context()))).toBe(digest(planned));
  });

  test("rolling back what never happened is a no-op", async () => {
    expect(await rollback()).toMatchObject({ status: "success", message: expect.stringContaining("nothing to do") });
    expect(world.writes()).toEqual([]);
  });

  test("rolling back is refused when somebody changed it since", async () => {
    await execute();
    world.disturb();
    const disturbed = world.read();
    expect(await rollback()).toMatchObject({ status: "refused" });
    expect(world.read()).toEqual(disturbed);
  });

  test("what somebody changed after planning is neither validated nor overwritten", async () => {
    world.disturb();
    const disturbed = world.read();
    expect((await hear(action.validate(world.context(), planned))).valid).toBe(false);
    expect((await thrownBy(action.execute(world.context(), planned))).code).toBe("plan_drifted");
    expect(world.read()).toEqual(disturbed);
  });

  test.each([
    ["throttled_write", "provider_throttled"],
    ["refused_write", "missing_permission"],
    ["lost_request", "provider_unknown"],
    ["lost_answer", "provider_unknown"],
  ] as const)("%s is %s, sent once; the next attempt completes it, and it can be undone", async (kind, code) => {
    const start = world.read();
    world.fault(kind);
    expect((await thrownBy(action.execute(world.context(), planned))).code).toBe(code);
    expect(world.writes()).toHaveLength(1);
    expect(await execute()).toMatchObject({ status: "success" });
    expect((await hear(action.verify(world.context(), planned))).status).toBe("success");
    expect((await action.plan(world.context())).changesSomething).toBe(false);
    expect(await rollback()).toMatchObject({ status: "success" });
    expect(world.read()).toEqual(start);
  });

  test("a write that is stopped half way is unknown, not undone", async () => {
    world.fault("slow_write");
    const signal = AbortSignal.timeout(100);
    const error = await thrownBy(action.execute(world.context({ signal }), planned));
    expect(error.code).toBe("provider_unknown");
    // The call is on its way and arrives, whatever its caller does.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await execute()).toMatchObject({ status: "success" });
    expect((await hear(action.verify(world.context(), planned))).status).toBe("success");
  });

  test("throttled reads are got over", async () => {
    world.fault("throttled_reads");
    expect(digest(await action.plan(world.context()))).toBe(digest(planned));
  });
});
