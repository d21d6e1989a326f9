import { expect, test } from "@jest/globals";
import { newId } from "../../src/core/identifiers.ts";
import type { Transaction } from "../../src/store/client.ts";
import { claimNotice } from "../../src/store/notice-delivery.ts";
import { insertNotices } from "../../src/store/notices.ts";
import { useStore } from "../support/database.ts";

const use = useStore();

async function heldNotice(): Promise<string> {
  const id = newId();
  const subject = { subjectKind: "none", subjectId: id, dedupeKey: `alert:${id}` } as const;
  await insertNotices(use.store.housekeeping, [
    { id, tenantId: "default", kind: "alert", ...subject, payload: {}, priority: 0 },
  ]);
  await use.store.housekeeping
    .$executeRaw`UPDATE notice SET lease_until = clock_timestamp() + interval '1 minute' WHERE id = ${id}::uuid`;
  return id;
}

/** The holder's lease ends after the claim was refused and before it is asked for how long. */
function endingBetween(id: string): Transaction {
  const { housekeeping } = use.store;
  let asked = 0;
  const query = async (parts: TemplateStringsArray, ...values: unknown[]): Promise<unknown> => {
    if (asked++ === 1)
      await housekeeping.$executeRaw`UPDATE notice SET lease_until = clock_timestamp() - interval '1 second' WHERE id = ${id}::uuid`;
    return housekeeping.$queryRaw(parts, ...values);
  };
  return new Proxy(housekeeping, {
    get: (target, name): unknown => (name === "$queryRaw" ? query : Reflect.get(target, name)),
  });
}

test("E9: a hold that ends while a message is being claimed is busy, never nothing to do: its job would be lost", async () => {
  const id = await heldNotice();
  expect(await claimNotice(use.store.housekeeping, id)).toHaveProperty("busyMs");
  expect(await claimNotice(endingBetween(id), id)).toEqual({ busyMs: 0 });
  expect(await claimNotice(use.store.housekeeping, id)).toMatchObject({ held: { id } });
});
