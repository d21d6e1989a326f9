/**
 * `npm run bench`: event to card, and W1 and one run alone of the product beside the floors in the same rounds. Writes
 * bench/results/DATE.json and prints a table; README.md says how to read it.
 *
 * node bench/run.mjs [--seconds 30] [--rounds 3] [--n 1000] [--peers raw,rawbatch,product,graphile]
 */
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cardLine, eventToCard } from "./event-to-card.mjs";
import { rootFolder } from "./lib.mjs";
import { runPeers } from "./peers.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    rounds: { type: "string", default: "3" },
    n: { type: "string", default: "1000" },
    peers: { type: "string", default: "raw,rawbatch,product" },
  },
});
const at = new Date();
const machine = { cores: availableParallelism(), loadBefore: loadavg(), node: process.version };
const cards = await eventToCard({ seconds: Number(values.seconds) });
const peers = values.peers.split(",");
const plans = [
  ["w1", Number(values.n)],
  ["lat", 100],
];
const runs = await runPeers({ peers, plans, rounds: Number(values.rounds) });

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const of = (peer, work, pick) => {
  const found = runs.filter((run) => run.peer === peer && run.work === work && !run.error).map(pick);
  return found.length === 0 ? Number.NaN : median(found);
};
const summary = peers.map((peer) => {
  const perS = of(peer, "w1", (run) => run.wfPerS);
  return {
    peer,
    "W1 runs/s": Math.round(perS),
    "to raw": Number((perS / of("raw", "w1", (run) => run.wfPerS)).toFixed(2)),
    "write tx/run": of(peer, "w1", (run) => run.writeTxPerWf),
    "alone p50 ms": of(peer, "lat", (run) => run.lat.p50),
    "alone p99 ms": of(peer, "lat", (run) => run.lat.p99),
  };
});

const folder = join(rootFolder, "bench", "results");
await mkdir(folder, { recursive: true });
const file = join(folder, `${at.toISOString().slice(0, 19).replaceAll(":", "")}.json`);
await writeFile(
  file,
  `${JSON.stringify({ at, machine: { ...machine, loadAfter: loadavg() }, cards, summary, runs }, null, 2)}\n`,
);
console.table(summary);
console.log(cardLine(cards));
console.log(`written to ${file}`);
