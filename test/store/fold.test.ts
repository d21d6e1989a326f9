import { expect, test } from "@jest/globals";
import { createFold } from "../../src/store/fold.ts";

test("calls that are ready together go as one, two callers of one key never in the same batch", async () => {
  const batches: string[][] = [];
  const fold = createFold(
    async (keys) => {
      batches.push([...keys]);
      return new Map(keys.filter((key) => key !== "nobody").map((key) => [key, key.toUpperCase()]));
    },
    { lanes: 1, size: 2 },
  );
  const answers = await Promise.all(["a", "b", "a", "nobody"].map(fold));
  expect(answers).toEqual(["A", "B", "A", undefined]);
  expect(batches).toEqual([
    ["a", "b"],
    ["a", "nobody"],
  ]);
});

test("a batch that fails fails its own callers, and the next goes on", async () => {
  const fold = createFold(
    async (keys) => {
      if (keys.includes("bad")) throw new Error("no");
      return new Map(keys.map((key) => [key, key]));
    },
    { lanes: 1, size: 1 },
  );
  const [bad, good] = await Promise.allSettled(["bad", "good"].map(fold));
  expect(bad).toMatchObject({ status: "rejected" });
  expect(good).toEqual({ status: "fulfilled", value: "good" });
});
