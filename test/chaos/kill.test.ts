import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { setTimeout as wait } from "node:timers/promises";
import { verifyAudit } from "../../src/audit/verify.ts";
import { eventually } from "../support/eventually.ts";
import { startFleet, type Fleet } from "./fleet.ts";

/** E1, E8: whoever dies, and whenever: every effect once, no run lost, none stuck, the audit whole. */

const full = process.env["POLICYCORTEX_FULL"] === "1";
const rounds = full ? 100 : 10;
const stuckAfterMs = 60_000;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
  await Promise.all([fleet.launch(), fleet.launch()]);
}, 120_000);
afterAll(() => fleet.stop(), 60_000);

interface Seen {
  readonly state: string;
  readonly intents: number;
  readonly effects: number;
  readonly finished: boolean;
}

async function look(runId: string): Promise<Seen> {
  const [seen] = await fleet.store.interactive.$queryRaw<Seen[]>`
    SELECT state, finished, jsonb_array_length(data->'effects') AS effects,
      (SELECT count(*)::int FROM intent i WHERE i.run_id = r.id) AS intents FROM run r WHERE id = ${runId}::uuid`;
  return seen!;
}

/** Moments of a run to die in; a run that was too fast for us has passed it, which is no failure. */
const moments: Readonly<Record<string, (runId: string, bucket: string) => Promise<boolean> | boolean>> = {
  "before the intent": async (runId) => (await look(runId)).intents === 0,
  "in the call, after the intent": async (runId) => (await look(runId)).intents > 0,
  "after the effect, before its result is stored": (_, bucket) =>
    fleet.aws.state.bucket(bucket)!.bucket.publicAccessBlock !== null,
  "between effect and proof": async (runId) => (await look(runId)).effects > 0,
};

test(
  `${rounds} kills under ${rounds * 2} runs: every effect once, every run ends, the audit chain is whole`,
  async () => {
    const names = Object.keys(moments);
    const runs = new Map<string, string>();
    let killed = 0;
    for (let round = 0; round < rounds; round++) {
      await eventually(() => fleet.alive().length > 0, 60_000, "a replica that is ready");
      const [bucket, other] = [`chaos-${round}-a`, `chaos-${round}-b`];
      const [runId, otherId] = await Promise.all([fleet.newRun(bucket), fleet.newRun(other)]);
      runs.set(runId, bucket).set(otherId, other);
      const name = names[round % (names.length + 1)];
      if (name === undefined) {
        await wait(Math.random() * 700);
        await fleet.killAny();
        killed++;
      } else {
        await eventually(
          async () => (await moments[name]!(runId, bucket)) || (await look(runId)).finished,
          20_000,
          name,
        );
        if (await fleet.killOwner(runId)) killed++;
      }
      if (fleet.alive().length < 2) void fleet.launch().catch(() => undefined);
    }
    await eventually(() => fleet.alive().length > 0, 60_000);
    const began = Date.now();
    await eventually(
      async () => (await fleet.store.interactive.run.count({ where: { finished: false } })) === 0,
      stuckAfterMs,
      "no run stuck",
    );
    process.stderr.write(`E1: ${killed} kills, ${runs.size} runs, all ended ${Date.now() - began} ms after the last\n`);
    await judge(runs);
    expect(killed).toBeGreaterThan(rounds / 3);
  },
  full ? 1_800_000 : 300_000,
);

async function judge(runs: ReadonlyMap<string, string>): Promise<void> {
  const rows = await fleet.store.interactive.run.findMany({ select: { id: true, state: true, reason: true } });
  expect(rows.filter(({ state }) => state !== "succeeded")).toEqual([]);
  expect(rows.map(({ id }) => id).sort()).toEqual([...runs.keys()].sort());
  const puts = fleet.aws.calls().filter((call) => call.action === "PutPublicAccessBlock");
  for (const bucket of runs.values()) {
    expect([bucket, puts.filter((call) => call.resource === bucket).length]).toEqual([bucket, 1]);
    expect(Object.values(fleet.aws.state.bucket(bucket)!.bucket.publicAccessBlock ?? {})).toEqual(Array(4).fill(true));
  }
  expect(await verifyAudit(fleet.store.housekeeping)).toMatchObject({ ok: true, problems: [] });
  expect(await fleet.store.interactive.resourceLock.count()).toBe(0);
  const cards = () => fleet.slack.driver.messages("C0ALERTS").filter((message) => message.subtype === undefined);
  await eventually(() => cards().length >= runs.size, 90_000, `a card for each of ${runs.size} runs`).catch(
    tellNotices,
  );
  for (const bucket of runs.values())
    expect(cards().filter((message) => JSON.stringify(message.blocks).includes(`${bucket}"`))).toHaveLength(1);
}

/** What stands in the way of the missing cards. */
async function tellNotices(error: unknown): Promise<never> {
  const rows = await fleet.store.interactive.$queryRaw<object[]>`
    SELECT n.kind, n.wanted, n.shown, n.posting_at::text AS posting, n.lease_until::text AS lease, n.last_error AS error,
      j.locked_by AS "lockedBy", j.run_at::text AS "dueAt", j.attempts, now()::text AS now
    FROM notice n LEFT JOIN graphile_worker._private_jobs j ON j.key = 'notice:' || n.id WHERE n.ts IS NULL`;
  throw new Error(`${String(error)}: ${JSON.stringify(rows)}`);
}
