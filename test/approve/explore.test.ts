import { expect, test } from "@jest/globals";
import { next, protections, start, type Off, type World } from "./model.ts";
import { violation } from "./oracle.ts";

interface Found {
  readonly states: number;
  /** What happened, in order, and what is wrong with the last step; absent when nothing is. */
  readonly trace?: readonly string[];
}

/** Visit every world that can be reached, nearest first; stop at the first wrong step. */
function explore(off: Off, most = 2_000_000): Found {
  const key = (world: World) => JSON.stringify(world);
  const cameFrom = new Map<string, readonly [string, string] | undefined>([[key(start), undefined]]);
  let edge: World[] = [start];
  while (edge.length > 0 && cameFrom.size < most) {
    const beyond: World[] = [];
    for (const world of edge) {
      const from = key(world);
      for (const [happened, after] of next(world, off)) {
        const wrong = violation(world, after);
        if (wrong) return { states: cameFrom.size, trace: [...path(cameFrom, from), happened, wrong] };
        const to = key(after);
        if (cameFrom.has(to)) continue;
        cameFrom.set(to, [from, happened]);
        beyond.push(after);
      }
    }
    edge = beyond;
  }
  return { states: cameFrom.size };
}

function path(cameFrom: ReadonlyMap<string, readonly [string, string] | undefined>, to: string): readonly string[] {
  const steps: string[] = [];
  for (let step = cameFrom.get(to); step; step = cameFrom.get(step[0])) steps.unshift(step[1]);
  return steps;
}

test("with every protection on, no reachable state breaks a rule (DESIGN 8)", () => {
  const found = explore(new Set());
  expect(found.trace).toBeUndefined();
  expect(found.states).toBeGreaterThan(100_000);
});

test.each(protections)("without %s the exploration finds a violation", (protection) => {
  const found = explore(new Set([protection]));
  expect(found.trace).toBeDefined();
});
