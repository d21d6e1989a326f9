import { expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { appendFile, readFile, stat, truncate } from "node:fs/promises";
import pg from "pg";
import { createAnchor, FileAnchor } from "../../src/audit/anchor.ts";
import { merkleRoot } from "../../src/audit/merkle.ts";
import { seal } from "../../src/audit/seal.ts";
import { createSigner, createVerifier } from "../../src/audit/signing.ts";
import { verifyAudit } from "../../src/audit/verify.ts";
import { openStore } from "../../src/store/client.ts";
import { useStore } from "../support/database.ts";
import { anchorPath, append, runWithChain, sealAll } from "./support.ts";

const use = useStore();
const signer = createSigner(randomBytes(32));

test("sealing covers what is new once, in the database and in the anchor", async () => {
  const anchor = new FileAnchor(await anchorPath());
  await runWithChain(use.store.engine, 3);
  expect(await sealAll(use.store.housekeeping, signer, anchor)).toBeGreaterThanOrEqual(3);
  const before = await use.store.housekeeping.auditCheckpoint.count();
  expect(await sealAll(use.store.housekeeping, signer, anchor)).toBe(0);
  expect(await use.store.housekeeping.auditCheckpoint.count()).toBe(before);
  expect(await anchor.lines()).toHaveLength(before);
  expect((await verifyAudit(use.store.housekeeping, anchor, signer)).problems).toEqual([]);
});

test("entries of a transaction under way wait, and none is ever left out", async () => {
  const anchor = new FileAnchor(await anchorPath());
  const run = await runWithChain(use.store.engine, 1);
  await sealAll(use.store.housekeeping, signer, anchor);
  const slow = new pg.Client({ connectionString: use.database.url });
  await slow.connect();
  await slow.query("BEGIN");
  await slow.query("INSERT INTO control (tenant_id, key, value, changed_by) VALUES ('slow', 'k', '{}', 't')");
  await append(use.store.engine, run, 2);
  expect(await seal(use.store.housekeeping, signer, anchor)).toBe(0);
  await slow.query("COMMIT");
  await slow.end();
  expect(await sealAll(use.store.housekeeping, signer, anchor)).toBe(2);
  expect((await verifyAudit(use.store.housekeeping, anchor, signer)).ok).toBe(true);
});

test("two replicas seal at once while others write: checkpoints neither fork nor miss an entry", async () => {
  const second = openStore(use.database.url, () => undefined);
  const path = await anchorPath();
  const runs = await Promise.all(Array.from({ length: 6 }, () => runWithChain(use.store.engine, 1)));
  let writing = true;
  const writers = runs.map(async (run) => {
    for (let n = 0; n < 15; n++) await append(use.store.engine, run, 2);
  });
  const sealers = [use.store, second].map(async (store) => {
    while (writing) await seal(store.housekeeping, signer, new FileAnchor(path));
  });
  await Promise.all(writers);
  writing = false;
  await Promise.all(sealers);
  await sealAll(second.housekeeping, signer, new FileAnchor(path));
  const verdict = await verifyAudit(second.housekeeping, new FileAnchor(path), signer);
  expect(verdict.problems).toEqual([]);
  const sealed = await use.store.housekeeping.auditCheckpoint.aggregate({ _sum: { entries: true } });
  expect(sealed._sum.entries).toBe(verdict.entries);
  await second.close();
});

test("L5: two replicas append to one chain at once: no fork, no gap", async () => {
  const second = openStore(use.database.url, () => undefined);
  const run = await runWithChain(use.store.engine, 1);
  await Promise.all(
    [use.store, second].flatMap((store) =>
      Array.from({ length: 3 }, async () => {
        for (let n = 0; n < 20; n++) await append(store.interactive, run, 1);
      }),
    ),
  );
  expect(await use.store.engine.auditEntry.count({ where: { subjectId: run } })).toBe(121);
  expect((await verifyAudit(use.store.housekeeping)).problems).toEqual([]);
  const [last] = await use.store.engine.auditEntry.findMany({
    where: { subjectId: run },
    orderBy: { seq: "desc" },
    take: 1,
  });
  const fork = { ...last!, seq: 122, details: {}, xid: 1n };
  await expect(use.store.engine.auditEntry.create({ data: fork })).rejects.toMatchObject({ code: "P2002" });
  await second.close();
});

test("L4: neither the serving role nor the owner can change or delete audit", async () => {
  await runWithChain(use.store.engine, 2);
  await sealAll(use.store.housekeeping, signer, new FileAnchor(await anchorPath()));
  for (const url of [use.database.url, use.database.ownerUrl])
    for (const table of ["audit_entry", "audit_checkpoint"])
      for (const statement of [
        `UPDATE ${table} SET hash = 'x'`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ]) {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        await expect(client.query(statement)).rejects.toMatchObject({ code: "42501" });
        await client.end();
      }
});

test("an anchor that lost lines or was cut in the middle of one gets them again", async () => {
  const path = await anchorPath();
  const run = await runWithChain(use.store.engine, 1);
  await sealAll(use.store.housekeeping, signer, new FileAnchor(path));
  await append(use.store.engine, run, 1);
  await sealAll(use.store.housekeeping, signer, new FileAnchor(path));
  const whole = await readFile(path, "utf8");
  await truncate(path, (await stat(path)).size - 40);
  await sealAll(use.store.housekeeping, signer, new FileAnchor(path));
  expect(await readFile(path, "utf8")).toBe(whole);
  await appendFile(path, "not a checkpoint\n");
  await expect(seal(use.store.housekeeping, signer, new FileAnchor(path))).rejects.toMatchObject({
    code: "audit_broken",
  });
});

test("only a file can be the anchor so far", () => {
  expect(() => createAnchor("s3://bucket/key")).toThrow(expect.objectContaining({ code: "bad_config" }));
  expect(createAnchor("/var/lib/x.anchor")).toBeInstanceOf(FileAnchor);
});

test("signatures: the same secret gives the same key, another text or key does not verify", () => {
  const secret = randomBytes(32);
  const [one, same] = [createSigner(secret), createSigner(secret)];
  const signature = one.sign("text");
  expect(same.verify("text", signature)).toBe(true);
  expect(createVerifier(one.publicKey).verify("text", signature)).toBe(true);
  expect(one.verify("other", signature)).toBe(false);
  expect(signer.verify("text", signature)).toBe(false);
  expect(one.verify("text", "rubbish")).toBe(false);
  expect(() => createSigner(Buffer.alloc(16))).toThrow(expect.objectContaining({ code: "bad_config" }));
});

test("Merkle: every leaf, the order and the number of leaves change the root; a node is no leaf", () => {
  const leaves = Array.from({ length: 7 }, () => randomBytes(32).toString("hex"));
  const root = merkleRoot(leaves);
  for (let i = 0; i < leaves.length; i++) expect(merkleRoot(leaves.toSpliced(i, 1))).not.toBe(root);
  expect(merkleRoot([...leaves].reverse())).not.toBe(root);
  expect(merkleRoot([...leaves, leaves.at(-1)!])).not.toBe(root);
  expect(merkleRoot([merkleRoot(leaves.slice(0, 2))])).not.toBe(merkleRoot(leaves.slice(0, 2)));
});
