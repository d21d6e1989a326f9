import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { FileAnchor } from "../../src/audit/anchor.ts";
import { entryHash } from "../../src/audit/chain.ts";
import { checkpointHash } from "../../src/audit/checkpoint.ts";
import { merkleRoot } from "../../src/audit/merkle.ts";
import { seal } from "../../src/audit/seal.ts";
import { createSigner } from "../../src/audit/signing.ts";
import { verifyAudit } from "../../src/audit/verify.ts";
import { readChain } from "../../src/store/audit-read.ts";
import { openStore, type Store } from "../../src/store/client.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { anchorPath, append, runWithChain, sabotage, sealAll } from "./support.ts";

const signer = createSigner(randomBytes(32));
let database: TestDatabase;
let store: Store;
let path: string;
let runs: readonly [string, string];

/** Two chains, sealed in three checkpoints and anchored. */
beforeEach(async () => {
  database = await createDatabase();
  store = openStore(database.url, () => undefined);
  path = await anchorPath();
  const first = await runWithChain(store.engine, 4);
  await sealAll(store.housekeeping, signer, new FileAnchor(path));
  const other = await runWithChain(store.engine, 3);
  await sealAll(store.housekeeping, signer, new FileAnchor(path));
  await append(store.engine, first, 2);
  await sealAll(store.housekeeping, signer, new FileAnchor(path));
  runs = [first, other];
});
afterEach(async () => {
  await store.close();
  await database.drop();
});

const verify = (anchored = true) =>
  verifyAudit(store.housekeeping, anchored ? new FileAnchor(path) : undefined, signer);
const entry = (seq: number, run = runs[0]) => `subject_id = '${run}' AND seq = ${seq}`;

test("an untouched audit is whole, with and without the anchor", async () => {
  expect(await verify()).toEqual({ ok: true, entries: 9, checkpoints: 3, problems: [] });
  expect(await verify(false)).toMatchObject({ ok: true });
});

const attacks: readonly (readonly [string, () => string, RegExp])[] = [
  ["an edited text", () => `UPDATE audit_entry SET details = '{"n": 7}' WHERE ${entry(2)}`, /entry 2: was changed/],
  ["an edited actor", () => `UPDATE audit_entry SET actor = 'person:x' WHERE ${entry(6)}`, /entry 6: was changed/],
  [
    "a moved time",
    () => `UPDATE audit_entry SET at = '2020-01-01T00:00:00.000Z' WHERE ${entry(1)}`,
    /entry 1: was changed/,
  ],
  ["another tenant", () => `UPDATE audit_entry SET tenant_id = 'other' WHERE ${entry(3)}`, /entry 3: was changed/],
  ["a deletion in the middle", () => `DELETE FROM audit_entry WHERE ${entry(3)}`, /entries 3 to 3 are missing/],
  ["a deleted beginning", () => `DELETE FROM audit_entry WHERE ${entry(1)}`, /entries 1 to 1 are missing/],
  ["a cut tail", () => `DELETE FROM audit_entry WHERE ${entry(6)}`, /the end of its chain was cut off/],
  ["a deleted chain", () => `DELETE FROM audit_entry WHERE subject_id = '${runs[1]}'`, /cut off/],
  [
    "a deleted chain with its run",
    () => `DELETE FROM audit_entry WHERE subject_id = '${runs[1]}'; DELETE FROM run WHERE id = '${runs[1]}'`,
    /3 entries were sealed, 0 are there/,
  ],
  ["a deleted run", () => `DELETE FROM run WHERE id = '${runs[1]}'`, /its row is gone/],
  ["an edited head", () => `UPDATE run SET audit_seq = 2 WHERE id = '${runs[1]}'`, /goes on behind entry 2/],
  [
    "two contents swapped",
    () => `UPDATE audit_entry a SET details = b.details, hash = b.hash FROM audit_entry b
      WHERE a.subject_id = b.subject_id AND a.subject_id = '${runs[0]}' AND (a.seq, b.seq) IN ((2, 3), (3, 2))`,
    /was changed/,
  ],
  [
    "two numbers swapped",
    () => `UPDATE audit_entry SET seq = -1 WHERE ${entry(2)}; UPDATE audit_entry SET seq = 2 WHERE ${entry(3)};
      UPDATE audit_entry SET seq = 3 WHERE ${entry(-1)}`,
    /was changed/,
  ],
  [
    "an entry moved to another checkpoint",
    () => `UPDATE audit_entry SET xid = (SELECT max(xid) FROM audit_entry) WHERE ${entry(2)}`,
    /entries were sealed/,
  ],
  ["an entry of the future", () => `UPDATE audit_entry SET xid = 9000000000 WHERE ${entry(6)}`, /has not been/],
  ["an edited checkpoint", () => "UPDATE audit_checkpoint SET entries = 1 WHERE seq = 2", /checkpoint 2: was changed/],
  ["a deleted checkpoint", () => "DELETE FROM audit_checkpoint WHERE seq = 2", /checkpoints before it are missing/],
  ["a cut checkpoint", () => "DELETE FROM audit_checkpoint WHERE seq = 3", /the anchor knows checkpoint 3/],
  [
    "a foreign signature",
    () =>
      "UPDATE audit_checkpoint SET signature = (SELECT signature FROM audit_checkpoint WHERE seq = 1) WHERE seq = 2",
    /signature is not ours/,
  ],
];

test.each(attacks)("L3: %s is found", async (_name, statement, problem) => {
  await sabotage(database.ownerUrl, statement());
  const verdict = await verify();
  expect(verdict.ok).toBe(false);
  expect(verdict.problems.join("\n")).toMatch(problem);
});

/** A chain written anew, hashes, links and head all right. */
async function rewriteChain(runId: string): Promise<void> {
  let prev = "0".repeat(64);
  for (const old of await readChain(store.engine, { subjectKind: "run", subjectId: runId })) {
    const rest = { ...old, details: { forged: true }, prev };
    const hash = entryHash(rest);
    await sabotage(
      database.ownerUrl,
      `UPDATE audit_entry SET details = '{"forged": true}', prev = '${prev}', hash = '${hash}' WHERE ${entry(old.seq, runId)}`,
    );
    prev = hash;
  }
  await sabotage(database.ownerUrl, `UPDATE run SET audit_head = '${prev}' WHERE id = '${runId}'`);
}

/** Every checkpoint written anew over what is there now, signed with a given key. */
async function rewriteCheckpoints(forger: typeof signer): Promise<void> {
  let prev = "0".repeat(64);
  for (const old of await store.engine.auditCheckpoint.findMany({ orderBy: { seq: "asc" } })) {
    const inside = await store.engine.auditEntry.findMany({
      where: { xid: { gte: old.fromXid, lt: old.toXid } },
      orderBy: [{ xid: "asc" }, { subjectKind: "asc" }, { subjectId: "asc" }, { seq: "asc" }],
    });
    const root = merkleRoot(inside.map((each) => each.hash));
    const hash = checkpointHash({ ...old, prev, root });
    await sabotage(
      database.ownerUrl,
      `UPDATE audit_checkpoint SET prev = '${prev}', root = '${root}', hash = '${hash}', signature = '${forger.sign(hash)}' WHERE seq = ${old.seq}`,
    );
    prev = hash;
  }
}

test("L3: a whole rewritten chain is found by the checkpoints", async () => {
  await rewriteChain(runs[0]);
  expect((await verify(false)).problems).toEqual([
    "checkpoint 1: the entries are not the ones that were sealed",
    "checkpoint 3: the entries are not the ones that were sealed",
  ]);
});

test("L3: rewritten checkpoints are found by their signatures", async () => {
  await rewriteChain(runs[0]);
  await rewriteCheckpoints(createSigner(randomBytes(32)));
  expect((await verify(false)).problems.every((problem) => problem.endsWith("its signature is not ours"))).toBe(true);
  expect((await verify(false)).ok).toBe(false);
});

test("L3: chain and checkpoints rewritten with the stolen key are found by the anchor", async () => {
  await rewriteChain(runs[0]);
  await rewriteCheckpoints(signer);
  expect(await verify(false)).toMatchObject({ ok: true });
  expect((await verify()).problems).toContain("checkpoint 1: is not the one that the anchor holds");
  await expect(seal(store.housekeeping, signer, new FileAnchor(path))).rejects.toMatchObject({ code: "audit_broken" });
});

test("an anchor with a missing or a broken line is a problem", async () => {
  const lines = (await readFile(path, "utf8")).split("\n");
  await writeFile(path, [lines[0], lines[2], ""].join("\n"));
  expect((await verify()).problems).toEqual(["checkpoint 2: its line is missing in the anchor"]);
  await writeFile(path, [lines[0], "rubbish", lines[2], ""].join("\n"));
  expect((await verify()).problems).toContain("the anchor's line 2 is not a checkpoint");
});

test("a database restored from a dump onto another server is one clear error", async () => {
  await sabotage(database.ownerUrl, "UPDATE audit_checkpoint SET to_xid = 9000000000 WHERE seq = 3");
  await expect(seal(store.housekeeping, signer, new FileAnchor(path))).rejects.toMatchObject({
    code: "audit_broken",
    message: expect.stringMatching(/restored from a dump/),
  });
  expect((await verify()).problems.join("\n")).toMatch(/restored from a dump/);
});
