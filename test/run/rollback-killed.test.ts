import { expect, test } from "@jest/globals";
import { PolicyError } from "../../src/core/errors.ts";
import type { EngineParts } from "../../src/run/engine.ts";
import { viewRun } from "../../src/run/view.ts";
import { useStore } from "../support/database.ts";
import { testEngine, trouble, workflowYaml, type FakeWorld } from "../support/engine.ts";

const use = useStore();

test("E1: killed after a rollback took effect and before its commit: the successor finds it done, once", async () => {
  const world: FakeWorld = { values: new Map(), effects: [] };
  world.before = (target) => {
    if (target === "second") throw new PolicyError("provider_refused", "no");
  };
  const engine = testEngine(use.store, world, workflowYaml("auto", ["first", "second"], false));
  const parts = engine.parts as { write: EngineParts["write"] };
  const write = parts.write;
  let cut = 0;
  parts.write = async (member) => {
    if (member.state !== "rolled_back") return write(member);
    cut++;
    throw new Error("the process is gone");
  };
  const runId = await engine.start();
  await engine.drive(runId);
  expect(cut).toBe(1);
  expect((await viewRun(use.store.interactive, runId))?.state).toBe("rolling_back");
  expect(world.effects).toEqual(["first", "rollback first"]);
  await engine.successor().drive(runId);
  expect((await viewRun(use.store.interactive, runId))?.state).toBe("rolled_back");
  expect(world.effects).toEqual(["first", "rollback first"]);
  expect(trouble.splice(0)).toHaveLength(1);
});
