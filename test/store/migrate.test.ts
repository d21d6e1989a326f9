import { expect, test } from "@jest/globals";
import { applyMigrations, schemaDrift } from "../../src/store/schema-engine.ts";
import { useStore } from "../support/database.ts";

const use = useStore();

test("the migrations make exactly the schema that schema.prisma describes", async () => {
  expect(await schemaDrift(use.database.ownerUrl)).toBe("");
});

test("applying the migrations again applies nothing", async () => {
  expect(await applyMigrations(use.database.ownerUrl)).toEqual([]);
});

test("Prisma reads and writes as the serving role", async () => {
  await use.store.interactive.control.create({
    data: { tenantId: "default", key: "pause", value: {}, changedBy: "test" },
  });
  expect(await use.store.interactive.control.count({ where: { tenantId: "default" } })).toBe(1);
});
