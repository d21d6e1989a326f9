/**
 * What a new user does first, in the clone we stand in: `npm start`, look, send a finding with curl, Ctrl-C; then once more,
 * to see that the data is still there. Fails when a word is missing or a process stays. Usage: node .ci/smoke.mjs PORT
 */
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const port = process.argv[2] ?? "3900";
const url = `http://127.0.0.1:${port}`;
const environment = { ...process.env, PORT: port };
for (const name of Object.keys(environment))
  if (/^(SLACK|AWS|DATABASE_URL|POLICYCORTEX)/.test(name)) delete environment[name];

function insist(holds, what) {
  if (!holds) throw new Error(what);
  console.log(`ok: ${what}`);
}

/** Who is below this process, by number and start time, so that a number given again is somebody else. */
function descendants(pid) {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const rows = all.flatMap((name) => {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1).split(" ");
      return [{ pid: Number(name), parent: Number(fields[1]), zombie: fields[0] === "Z", born: fields[19] }];
    } catch {
      return []; // It ended while we read.
    }
  });
  const found = rows.filter((row) => row.pid === pid);
  for (const one of found) found.push(...rows.filter((row) => row.parent === one.pid));
  return found;
}

function alive({ pid, born }) {
  return descendants(pid).some((row) => row.pid === pid && row.born === born && !row.zombie);
}

async function start() {
  const began = performance.now();
  // A process group of its own, as a terminal gives it: Ctrl-C goes to all of it.
  const child = spawn("npm", ["start"], { detached: true, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const run = { child, output: "" };
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  run.ended = ended;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (run.output += chunk));
  while (!run.output.includes("is ready")) {
    const over = await Promise.race([ended, sleep(100)]);
    if (over) throw new Error(`npm start ended before it was ready:\n${run.output}`);
    if (performance.now() - began > 150_000) throw new Error(`not ready after 150 s:\n${run.output}`);
  }
  console.log(`ready after ${((performance.now() - began) / 1000).toFixed(1)} s\n${run.output}`);
  return run;
}

async function stop({ child, ended }) {
  const before = descendants(child.pid);
  process.kill(-child.pid, "SIGINT");
  const over = await Promise.race([ended, sleep(30_000, undefined, { ref: false })]);
  insist(over, "Ctrl-C ends it within 30 s");
  console.log(`npm start ended with ${JSON.stringify(over)}`);
  let left = before.filter(alive);
  for (let waited = 0; left.length > 0 && waited < 5_000; waited += 200) {
    await sleep(200);
    left = left.filter(alive);
  }
  const names = left.map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
  for (const { pid } of left) process.kill(pid, "SIGKILL");
  insist(left.length === 0, `none of its ${before.length} processes is left${names.map((name) => `\n   ${name}`)}`);
}

const get = (path, token) => fetch(`${url}${path}`, token ? { headers: { authorization: `Bearer ${token}` } } : {});

let run = await start();
let runId;
try {
  for (const path of ["/healthz", "/readyz"]) insist((await get(path)).status === 200, `GET ${path} answers 200`);
  insist((await get("/sandbox")).status < 400, "GET /sandbox leads to the page");
  // The line that the start prints, word for word.
  const line = /^ *try +(curl .*)$/m.exec(run.output)?.[1];
  insist(line, "the start prints a curl line to try");
  const sent = spawnSync("sh", ["-c", `${line.replace("curl", "curl -sS -w '\\n%{http_code}'")}`], {
    encoding: "utf8",
  });
  console.log(sent.stdout, sent.stderr);
  insist(sent.stdout.trim().endsWith("202"), "the finding is answered with 202");
  const [result] = JSON.parse(sent.stdout.slice(0, sent.stdout.lastIndexOf("\n"))).results;
  insist(result.status === "accepted" && result.runs.length === 1, "it is accepted and has one run");
  runId = typeof result.runs[0] === "string" ? result.runs[0] : result.runs[0].id;
  run.token = readFileSync(".data/sandbox/token", "utf8").trim();
  let state = "";
  for (let waited = 0; state !== "waiting" && waited < 20_000; waited += 250) {
    await sleep(250);
    ({ state } = await (await get(`/api/v1/runs/${runId}`, run.token)).json());
  }
  insist(state === "waiting", `the run waits for people (${state})`);
  const help = spawnSync("npx", ["policycortex", "--help"], { encoding: "utf8", env: environment });
  insist(help.status === 0 && help.stdout.includes("workflow"), "npx policycortex --help lists the commands");
} finally {
  await stop(run);
}
const { token } = run;
run = await start();
try {
  insist(
    (await (await get(`/api/v1/runs/${runId}`, token)).json()).state === "waiting",
    "a second start finds its data",
  );
} finally {
  await stop(run);
}
