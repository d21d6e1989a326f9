/**
 * Event to card: the whole product as `serve` runs it (bot, embedded PostgreSQL with fsync, sandbox Slack and AWS in a process
 * of their own), findings posted over HTTP at a steady rate whatever the answers take, each of a public bucket of its own, so
 * that each gets its own card. Measured from just before the POST to the time stamp the local Slack gave the card.
 *
 * The product posts every card into one channel so far, and Slack allows about one message a second and channel: 20 a second
 * needs 40 channels. So the bench alone gives each new card a channel, with a trigger in its own database; the budget of a
 * second a channel, the claim, the read-back marks and all else are the product's. The 40 channels exist in the local Slack.
 *
 * node bench/event-to-card.mjs [--rate 20] [--seconds 30] [--channels 40] [--out FILE.json]
 */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import pg from "pg";
import { load, percentiles, rootFolder, sleep } from "./lib.mjs";

const { seedWorkspace } = await load("sandbox/slack/seed");
const { firstState } = await load("sandbox/aws/seed");
const { newBucket } = await load("sandbox/aws/s3/bucket-operations");
const { findEmbedded } = await load("store/embedded/embedded");
const { freePort } = await load("store/embedded/cluster");

/** @returns the figures; everything started is stopped. */
export async function eventToCard({ rate = 20, seconds = 30, channels = 40, warmUp = 20 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "policycortex-cards-"));
  const count = rate * seconds + warmUp;
  await seed(join(folder, "sandbox"), count, channels);
  const port = await freePort();
  const bot = await serve(folder, port);
  try {
    await spreadCards(folder, channels);
    const url = `http://127.0.0.1:${port}/api/v1/events`;
    const token = (await readFile(join(folder, "sandbox", "token"), "utf8")).trim();
    for (let i = 0; i < warmUp; i++) {
      await post(url, token, i);
      await sleep(1_000 / rate);
    }
    await sleep(3_000);
    const sent = await postSteadily(url, token, warmUp, count, rate);
    await untilShown(folder, count, channels);
    const backlog = await openWork(folder);
    await bot.stop();
    const cards = await cardsOf(folder);
    return figures(sent, cards, { rate, seconds, channels, backlog });
  } finally {
    await bot.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const bucketName = (index) => `bench-bucket-${String(index).padStart(5, "0")}`;
const channelId = (index) => `C0BENCH${String(index).padStart(3, "0")}`;

/** State files that the sandbox starts from: as many public buckets as events, as many channels as asked for. */
async function seed(folder, buckets, channels) {
  await mkdir(folder, { recursive: true });
  const cloud = firstState(new Date());
  const [account] = cloud.accounts;
  for (let i = 0; i < buckets; i++) {
    const bucket = newBucket(bucketName(i), cloud.region, new Date(), account.canonicalId);
    const tags = [
      { Key: "Environment", Value: "production" },
      { Key: "Owner", Value: "olga@example.com" },
    ];
    account.s3.buckets.push({ ...bucket, publicAccessBlock: null, tags });
  }
  await writeFile(join(folder, "aws.json"), JSON.stringify(cloud));
  const workspace = seedWorkspace();
  const [alerts] = workspace.channels;
  for (let i = 0; i < channels; i++)
    workspace.channels.push({ ...alerts, id: channelId(i), name: `bench-${i}`, members: [...alerts.members] });
  await writeFile(join(folder, "slack.json"), JSON.stringify(workspace));
}

async function serve(folder, port) {
  const env = { ...process.env, POLICYCORTEX_DATA: folder, PORT: String(port), LOG_LEVEL: "error" };
  for (const name of Object.keys(env)) if (/^(SLACK_|DATABASE_URL|AWS_)/.test(name)) delete env[name];
  const child = spawn(process.execPath, ["--enable-source-maps", "dist/main.js", "serve"], {
    cwd: rootFolder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  // However this bench ends, the bot ends with it.
  process.once("exit", () => child.kill("SIGTERM"));
  await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => line.includes("is ready") && resolve());
    child.once("exit", (code) => reject(new Error(`serve ended with ${code}`)));
  });
  return {
    async stop() {
      if (child.exitCode === null) child.kill("SIGINT");
      await ended;
    },
  };
}

async function query(folder, sql) {
  const embedded = await findEmbedded(folder);
  const client = new pg.Client({ connectionString: embedded.ownerUrl("sandbox") });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}

/** Bench only: card after card into the next channel. */
function spreadCards(folder, channels) {
  return query(
    folder,
    `CREATE SEQUENCE bench_card;
     CREATE FUNCTION bench_spread() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
     BEGIN NEW.channel := 'bench-' || nextval('public.bench_card') % ${channels}; RETURN NEW; END $$;
     CREATE TRIGGER bench_spread BEFORE INSERT ON notice FOR EACH ROW WHEN (NEW.kind = 'card') EXECUTE FUNCTION bench_spread();`,
  );
}

async function post(url, token, index) {
  const name = bucketName(index);
  const resource = { id: `arn:aws:s3:::${name}`, name, type: "AWS::S3::Bucket", account_id: "123456789012" };
  const body = {
    event_type: "policy.violation.created",
    event_id: `bench-${index}`,
    timestamp: new Date().toISOString(),
    tenant_id: "default",
    violation: {
      id: `v-${index}`,
      policy: { name: "s3-no-public-access" },
      severity: "HIGH",
      resource: { ...resource, region: "us-east-1" },
    },
  };
  const at = Date.now();
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (response.status >= 300) throw new Error(`event ${index}: ${response.status} ${answer}`);
  return { name, at, answeredMs: Date.now() - at };
}

/** Open loop: the n-th event goes out at its own time, however slow the answers are. */
async function postSteadily(url, token, from, to, rate) {
  const began = performance.now();
  const posts = [];
  for (let i = from; i < to; i++) {
    await sleep(began + ((i - from) * 1_000) / rate - performance.now());
    posts.push(post(url, token, i));
  }
  return Promise.all(posts);
}

/** Wait for as many cards as events, at most a minute. */
async function untilShown(folder, count) {
  for (let waited = 0; waited < 60_000; waited += 500) {
    const { rows } = await query(
      folder,
      "SELECT count(*)::int AS n FROM notice WHERE kind = 'card' AND ts IS NOT NULL",
    );
    if (rows[0].n >= count) return;
    await sleep(500);
  }
}

async function openWork(folder) {
  const { rows } = await query(
    folder,
    "SELECT count(*)::int AS jobs FROM graphile_worker._private_jobs WHERE run_at <= now()",
  );
  return rows[0].jobs;
}

/** Bucket → when its card first stood in a channel, in milliseconds; and how many cards it has. */
async function cardsOf(folder) {
  const { messages } = JSON.parse(await readFile(join(folder, "sandbox", "slack.json"), "utf8"));
  const cards = new Map();
  for (const { versions, channel } of messages) {
    const [first] = versions;
    if (first.thread_ts !== undefined && first.thread_ts !== first.ts) continue;
    const name = /bench-bucket-\d{5}/.exec(JSON.stringify(first))?.[0];
    if (name === undefined) continue;
    const known = cards.get(name);
    cards.set(name, { at: known?.at ?? Number(first.ts) * 1_000, count: (known?.count ?? 0) + 1, channel });
  }
  return cards;
}

function figures(sent, cards, asked) {
  const shown = sent.filter(({ name }) => cards.has(name));
  return {
    ...asked,
    events: sent.length,
    cards: shown.length,
    double: shown.filter(({ name }) => cards.get(name).count > 1).length,
    channelsUsed: new Set(shown.map(({ name }) => cards.get(name).channel)).size,
    answerMs: percentiles(sent.map(({ answeredMs }) => answeredMs)),
    cardMs: percentiles(shown.map(({ name, at }) => cards.get(name).at - at)),
  };
}

export function cardLine({ rate, seconds, channelsUsed, events, cards, double, cardMs, answerMs }) {
  return (
    `event to card, ${rate}/s for ${seconds} s over ${channelsUsed} channels: p50 ${cardMs.p50} ms, p99 ${cardMs.p99} ms, ` +
    `max ${cardMs.max} ms (${cards} of ${events} cards, ${double} double; HTTP answer p99 ${answerMs.p99} ms)`
  );
}

if (process.argv[1] === import.meta.filename) {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const text = { type: "string" };
  const { values } = parseArgs({ options: { rate: text, seconds: text, channels: text, out: text } });
  const { out, ...numbers } = values;
  const result = await eventToCard(
    Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value)])),
  );
  if (out) {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, `${JSON.stringify(result, null, 2)}\n`);
  }
  console.log(JSON.stringify(result));
  console.log(cardLine(result));
}
