import { expect, test } from "@jest/globals";
import { parseCron } from "../../src/workflow/cron.ts";

const every = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, index) => low + index);

test("the seed's schedule: Mondays at nine", () => {
  expect(parseCron("cron(0 9 * * MON)")).toEqual({
    expression: "0 0 9 * * MON",
    second: 0,
    minutes: [0],
    hours: [9],
    days: every(1, 31),
    months: every(1, 12),
    weekdays: [1],
  });
});

test.each([
  ["cron(*/15 * * * *)", { minutes: [0, 15, 30, 45] }],
  ["cron(30 0 9 * * MON-FRI)", { second: 30, weekdays: [1, 2, 3, 4, 5] }],
  [
    "cron(0 9,17 1 JAN,jul ?)",
    { hours: [9, 17], days: [1], months: [1, 7], weekdays: every(0, 6), expression: "0 0 9,17 1 JAN,jul *" },
  ],
  ["cron(0 9 * * 7)", { weekdays: [0] }],
  ["cron(0 9 * * 5-7)", { weekdays: [0, 5, 6] }],
  ["cron(10-50/20 * 29 2 *)", { minutes: [10, 30, 50], days: [29], months: [2] }],
  ["cron(5/20 * 31 1,4 *)", { minutes: [5, 25, 45] }],
])("%s", (text, expected) => {
  expect(parseCron(text)).toMatchObject(expected);
});
