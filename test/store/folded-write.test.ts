import { beforeEach, expect, test } from "@jest/globals";
import { emptyChain } from "../../src/core/audit-entry.ts";
import { newId } from "../../src/core/identifiers.ts";
import { isUnknownOutcome } from "../../src/store/sql-state.ts";
import type { Database } from "../../src/store/client.ts";
import { createFoldedWrite, type RunWrite } from "../../src/store/folded-write.ts";
import { useStore } from "../support/database.ts";

/** The error table of DESIGN 5 on real PostgreSQL: E2 (fenced), E8 (lost answer), and neighbours in one batch. */

const use = useStore();
let owner: string;
beforeEach(() => {
  owner = newId();
});

async function claimedRun(): Promise<string> {
  const id = newId();
  await use.store.engine.run.create({
    data: {
      ...{ id, tenantId: "default", kind: "workflow", workflow: "w", workflowDigest: "d", state: "running", data: {} },
      ...{ dedupeKey: id, auditHead: emptyChain.head, owner, epoch: 1 },
    },
  });
  return id;
}

/** A transition that leaves a trace in every table a transition can write. */
function transition(id: string, changes: Partial<RunWrite> = {}): RunWrite {
  return {
    ...{ id, owner, epoch: 1, revision: 0, state: "running", reason: null, data: { moved: true } },
    ...{ finished: false, release: false, auditSeq: 1, auditHead: "a".repeat(64) },
    audit: [
      {
        ...{ tenantId: "default", subjectKind: "run", subjectId: id, seq: 1, at: new Date().toISOString() },
        ...{ action: "step.done", actor: "system", details: {}, prev: emptyChain.head, hash: "a".repeat(64) },
      },
    ],
    attempts: [
      {
        ...{ runId: id, node: "n", iteration: 0, n: 1, tenantId: "default", status: "succeeded" },
        ...{ startedAt: new Date().toISOString(), finishedAt: null, output: null, error: null },
      },
    ],
    intents: [
      {
        ...{ id: newId(), tenantId: "default", key: `${id}:n`, runId: id, node: "n", epoch: 1 },
        ...{ planDigest: "d", plan: {}, callTimeoutMs: 1_000 },
      },
    ],
    notices: [
      {
        ...{ id: newId(), tenantId: "default", kind: "card", subjectKind: "run", subjectId: id },
        ...{ dedupeKey: `card:${id}`, payload: {}, priority: 0 },
      },
    ],
    ...{ wants: [], consumed: [], wakeAfterMs: 60_000, unlock: false, priority: 5 },
    ...changes,
  };
}

/** How often a transition of this run has left its mark, table by table. */
async function traces(id: string): Promise<Record<string, number>> {
  const { run, auditEntry, attempt, intent, notice } = use.store.engine;
  const [jobs] = await use.store.housekeeping.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM graphile_worker._private_jobs WHERE key = ${`run:${id}`}`;
  return {
    revision: (await run.findUniqueOrThrow({ where: { id } })).revision,
    audit: await auditEntry.count({ where: { subjectId: id } }),
    attempts: await attempt.count({ where: { runId: id } }),
    intents: await intent.count({ where: { runId: id } }),
    notices: await notice.count({ where: { subjectId: id } }),
    jobs: jobs!.n,
  };
}

const once = { revision: 1, audit: 1, attempts: 1, intents: 1, notices: 1, jobs: 1 };
const nothing = { revision: 0, audit: 0, attempts: 0, intents: 0, notices: 0, jobs: 0 };

/** The engine's database with something between it and us: told of every query, before or after it. */
function between(hooks: { before?: (sql: string) => void; after?: (sql: string) => void }): Database {
  const engine = use.store.engine;
  const query = async (sql: string, ...values: unknown[]): Promise<unknown> => {
    hooks.before?.(sql);
    const rows = await engine.$queryRawUnsafe(sql, ...values);
    hooks.after?.(sql);
    return rows;
  };
  return new Proxy(engine, {
    get: (target, name): unknown => (name === "$queryRawUnsafe" ? query : Reflect.get(target, name)),
  });
}

test("members of a batch are written whole, each once", async () => {
  const ids = await Promise.all([claimedRun(), claimedRun(), claimedRun()]);
  const write = createFoldedWrite(use.store.engine);
  expect(await Promise.all(ids.map((id) => write(transition(id))))).toEqual(["won", "won", "won"]);
  for (const id of ids) expect(await traces(id)).toEqual(once);
});

test.each([
  ["owner", { owner: newId() }],
  ["epoch", { epoch: 2 }],
  ["revision", { revision: 7 }],
] as const)(
  "E2: a member with a foreign %s is fenced and leaves nothing behind; its neighbour is written",
  async (_, changes) => {
    const [stale, good] = [await claimedRun(), await claimedRun()];
    const write = createFoldedWrite(use.store.engine);
    const outcomes = await Promise.all([write(transition(stale, changes)), write(transition(good))]);
    expect(outcomes).toEqual(["fenced", "won"]);
    expect(await traces(stale)).toEqual(nothing);
    expect(await traces(good)).toEqual(once);
  },
);

test("a member whose row is locked goes with a next flush; its neighbour does not wait for it", async () => {
  const [locked, free] = [await claimedRun(), await claimedRun()];
  const write = createFoldedWrite(use.store.engine);
  let late: Promise<string> | undefined;
  await use.store.interactive.$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT 1 FROM run WHERE id = ${locked}::uuid FOR UPDATE`;
    late = write(transition(locked));
    expect(await write(transition(free))).toBe("won");
    expect(await traces(locked)).toEqual(nothing);
  });
  expect(await late).toBe("won");
  expect(await traces(locked)).toEqual(once);
});

test("one bad row fails alone: the others of its batch are written, once", async () => {
  const [bad, ...good] = await Promise.all([claimedRun(), claimedRun(), claimedRun()]);
  const broken = transition(bad, { data: { text: "\u0000" } });
  const write = createFoldedWrite(use.store.engine);
  const outcomes = await Promise.allSettled([write(broken), ...good.map((id) => write(transition(id)))]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(await traces(bad)).toEqual(nothing);
  for (const id of good) expect(await traces(id)).toEqual(once);
});

test("a row that breaks a constraint fails alone too", async () => {
  const [bad, good] = [await claimedRun(), await claimedRun()];
  const write = createFoldedWrite(use.store.engine);
  const [entry] = transition(bad).audit;
  const outcomes = await Promise.allSettled([
    write(transition(bad, { audit: [entry!, entry!] })),
    write(transition(good)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect(await traces(bad)).toEqual(nothing);
  expect(await traces(good)).toEqual(once);
});

const lost = () => Object.assign(new Error("Connection terminated unexpectedly"), { code: "ECONNRESET" });

test.each([[false], [true]])(
  "E8: the answer is lost after the commit (run given back: %s): won, exactly once",
  async (release) => {
    expect(isUnknownOutcome(lost())).toBe(true);
    let cuts = 0;
    const database = between({
      after: (sql) => {
        if (sql.includes("WITH member") && cuts++ === 0) throw lost();
      },
    });
    const ids = await Promise.all([claimedRun(), claimedRun()]);
    const write = createFoldedWrite(database);
    expect(await Promise.all(ids.map((id) => write(transition(id, { release }))))).toEqual(["won", "won"]);
    expect(cuts).toBeGreaterThan(0);
    for (const id of ids) expect(await traces(id)).toEqual(once);
  },
);

test("E8: the connection is lost before the statement arrives: it is sent again, once", async () => {
  let cuts = 0;
  const database = between({
    before: (sql) => {
      if (sql.includes("WITH member") && cuts++ === 0) throw lost();
    },
  });
  const id = await claimedRun();
  expect(await createFoldedWrite(database)(transition(id))).toBe("won");
  expect(cuts).toBe(2);
  expect(await traces(id)).toEqual(once);
});

test("E2, E8: the answer is lost and somebody else has taken the run since: not ours any more, and said so", async () => {
  const id = await claimedRun();
  const database = between({
    before: (sql) => {
      if (sql.includes("WITH member")) throw lost();
    },
  });
  await use.store.engine.run.update({ where: { id }, data: { owner: newId(), epoch: 2, revision: 3 } });
  expect(await createFoldedWrite(database)(transition(id))).toBe("fenced");
  expect(await traces(id)).toEqual({ ...nothing, revision: 3 });
});

test("the database stays away: the member fails and is told why, nothing is claimed to be written", async () => {
  const id = await claimedRun();
  const database = between({
    before: () => {
      throw lost();
    },
  });
  await expect(createFoldedWrite(database)(transition(id))).rejects.toThrow("Connection terminated");
  expect(await traces(id)).toEqual(nothing);
});
