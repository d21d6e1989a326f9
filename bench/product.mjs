/**
 * The product as a column of the peers' harness (README there): its own tables, start, jobs, liveness, claim, driver,
 * transition, audit chain and folded write, through Prisma. Nothing of it is replaced; only what lies outside the engine is:
 *
 * - Actions work in memory, the approvals port remembers nothing, and no Slack is connected: notices are inserted with their jobs
 *   as ever, and delivering one does nothing. All runs are of one stored event: ingest is measured by event-to-card.mjs.
 * - W1: three steps that change nothing, as the seed's notifications are; each makes an attempt row and an audit entry, the last
 *   also the milestone notice and its job. Variant `changing`: three steps that change something, each with plan, resource
 *   lock, intent, execute and verify.
 * - W2: a step, the product's own gate as the wait, and a changing step. A signal is what a decisive vote writes (signal row and
 *   job, one transaction), without counting the vote. `onResume` is the first line of `execute`: the decision's commit, the second
 *   reading of the plan, the resource lock and the intent's commit lie before it; execute, verify and the end behind it.
 * - W3: a step and a gate with a deadline, a job at that instant which signals the expiry as `approve/` does. `onTimer` is the
 *   first line of the run's own continuation, just before it commits the end.
 *
 * PRODUCT_ROOT names the folder that holds `dist/` when this file was copied elsewhere.
 */
import { pathToFileURL } from "node:url";

const root = process.env.PRODUCT_ROOT ? pathToFileURL(`${process.env.PRODUCT_ROOT}/`) : new URL("../", import.meta.url);
const load = (path) => import(new URL(`dist/${path}.js`, root).href);
const { actionFacts } = await load("act/catalogue");
const { defineAction } = await load("act/define-action");
const { systemClock } = await load("core/clock");
const { newId } = await load("core/identifiers");
const { createDriver } = await load("run/driver");
const { createSnapshotReader, saveDeployed } = await load("run/snapshots");
const { startRun } = await load("run/start");
const { openStore } = await load("store/client");
const { storeEvent } = await load("store/events");
const { createFoldedWrite } = await load("store/folded-write");
const { addJob } = await load("store/jobs");
const { migrate } = await load("store/migrate");
const { sendSignal } = await load("store/signals");
const { startWorker } = await load("wiring/worker");
const { loadDocuments } = await load("workflow/documents");
const { z } = await import(new URL("node_modules/zod/index.js", root).href);

const tenantId = "default";

export async function open({ url, variant, onDone, onParked, onResume, onTimer }) {
  await migrate(url, "sandbox");
  const log = { info() {}, debug() {}, warn() {}, error: (details, message) => console.error(message, details) };
  const store = openStore(url, (error) => log.error({ error: error.message }, "database connection lost"));
  // What the harness knows a run by. A run may get ahead of the answer that names it.
  const names = new Map();
  const ids = new Map();
  const early = new Map();
  const tell = (runId, what) => {
    if (names.has(runId)) what(names.get(runId));
    else early.set(runId, [...(early.get(runId) ?? []), what]);
  };
  const name = (runId, id) => {
    names.set(runId, id);
    ids.set(id, runId);
    for (const what of early.get(runId) ?? []) what(id);
    early.delete(runId);
  };

  const catalogue = new Map([trivial(false), trivial(true, (runId) => tell(runId, onResume))].map((a) => [a.name, a]));
  const facts = actionFacts(catalogue);
  const deployed = documents(facts);
  const workflow = (stem) => deployed.documents.workflows.find((each) => each.name === stem);
  await saveDeployed(store.interactive, deployed);
  const event = policyEvent();
  await storeEvent(store.interactive, event, { status: "accepted" });

  /** When unanswered requests expire. */
  let deadline = Date.now() + 72 * 3600e3;
  const approvals = {
    // A request's id is its run's: one gate a run.
    async request({ runId }) {
      await addJob(store.engine, { task: "approval", id: runId, at: new Date(deadline) });
      return runId;
    },
    verdict: async () => ({ state: "approved", planDigest: "" }),
    stillAuthorised: async () => ({ authorised: true, reason: "" }),
    end: async () => undefined,
  };
  const decide = (runId, state) =>
    store.interactive.$transaction((transaction) =>
      sendSignal(transaction, { tenantId, runId, key: `approval:${runId}`, payload: { approvalId: runId, state } }),
    );
  const fold = createFoldedWrite(store.engine);
  const write = async (change) => {
    if (change.state === "expired") tell(change.id, onTimer);
    const outcome = await fold(change);
    if (outcome === "won" && change.finished) tell(change.id, onDone);
    if (outcome === "won" && change.release && change.state === "waiting") tell(change.id, onParked);
    return outcome;
  };
  const worker = await startWorker({
    store,
    log,
    clock: systemClock,
    secretKey: Buffer.alloc(32, 1),
    anchor: `${process.env.TMPDIR ?? "/tmp"}/product-bench-${process.pid}.anchor`,
    drive: (workerId) =>
      createDriver({
        store,
        workerId,
        clock: systemClock,
        log,
        catalogue,
        connectors: {},
        messages: { post: async () => newId() },
        approvals,
        write,
        snapshot: createSnapshotReader(store.engine, facts),
        paused: async () => false,
      }).drive,
    wakeApproval: (runId) => decide(runId, "expired"),
    deliver: async () => undefined,
  });

  const start = async (id, stem) => {
    const request = { event, workflow: workflow(stem), deployed, dedupeKey: id, now: new Date(), actor: "bench" };
    // One statement, and with it one transaction.
    return (await startRun(store.interactive, request)).runId;
  };
  const begin = async (id, stem) => name(await start(id, stem), id);
  const stem = variant === "changing" ? "changing" : "plain";
  return {
    closedLoop: true,
    w3LeadMs: 60_000,
    startW1: (id) => begin(id, stem),
    parkW2: (id) => begin(id, "gated"),
    signalW2: (id) => decide(ids.get(id), "approved"),
    timerW3: (id, at) => {
      deadline = at;
      return begin(id, "gated");
    },
    verifyW1: async () => store.housekeeping.run.count({ where: { workflow: stem, state: "succeeded" } }),
    async close() {
      await worker.stop();
      await store.close();
    },
  };
}

/** An action that does nothing and says that it worked. */
function trivial(changesSomething, onExecute = () => undefined) {
  const described = {
    name: changesSomething ? "change_nothing" : "say_nothing",
    description: "Does nothing",
    type: changesSomething ? "permission_reduction" : "notification",
    priority: "high",
    impact: "LOW",
    params: z.strictObject({ target: z.string() }),
    estimatedDuration: 1,
  };
  const execute = async ({ params: { target }, runId }) => {
    onExecute(runId);
    return { status: "success", message: "ok", affected_systems: [target] };
  };
  if (!changesSomething) return defineAction({ ...described, changesSomething, execute });
  const plan = async ({ params: { target } }) => ({
    targets: [{ provider: "bench", account: "1", region: "none", id: target, name: target, type: "Bench::Thing" }],
    before: { value: 0 },
    after: { value: 1 },
    changes: [{ field: "value", before: 0, after: 1 }],
    changesSomething: true,
    blastRadius: [],
    missingPermissions: [],
    rollbackPlan: { available: true, estimated_duration_ms: 1, rollback_actions: ["restore_value"] },
    facts: {},
  });
  return defineAction({
    ...described,
    changesSomething,
    execute,
    plan,
    validate: async () => ({ valid: true, reasons: [] }),
    verify: async () => ({ status: "success", message: "ok", evidence: { value: 1 } }),
    rollback: async () => ({ status: "success", message: "ok" }),
  });
}

/** Three workflows and the policy they need, as files. */
function documents(facts) {
  const policyFiles = [
    {
      file: "approvers.yaml",
      text: 'approvers:\n  team: { slack_group: "@team" }\n  ciso: { slack_group: "@ciso" }\n',
    },
    { file: "conditions.yaml", text: 'conditions:\n  - name: "never"\n    expression: "1 == 2"\n' },
  ];
  const step = (index, changes) => `    - name: "s${index}"
      type: "${changes ? "remediation" : "notification"}"
      action: "${changes ? "change_nothing" : "say_nothing"}"
      parameters: { target: "{{ run.id }}/${index}" }
`;
  const workflow = (name, steps, required) => ({
    file: `${name}.yaml`,
    text: `workflow:
  name: "${name}"
  description: "${name}"
  version: "1.0"
  trigger:
    event: "policy.violation.created"
    conditions:
      - policy_name: "bench"
  steps:
${steps.join("")}  approval:
${required}    approvers: [team]
    required_approvals: 1
`,
  });
  const files = [
    ...policyFiles,
    workflow("plain", [step(1, false), step(2, false), step(3, false)], "    required_for: [never]\n"),
    workflow("changing", [step(1, true), step(2, true), step(3, true)], "    required_for: [never]\n"),
    workflow("gated", [step(1, false), step(2, true)], ""),
  ];
  const { documents, problems } = loadDocuments(files, facts);
  const error = problems.find((problem) => problem.severity === "error");
  if (error) throw new Error(JSON.stringify(error));
  return { documents, policyFiles };
}

function policyEvent() {
  const id = newId();
  return {
    id,
    tenantId,
    type: "policy.violation.created",
    format: "native",
    key: id,
    fingerprint: id,
    occurredAt: new Date().toISOString(),
    violation: {
      id: "v-1",
      policy: { name: "bench" },
      severity: "HIGH",
      resource: { id: "bench:a", name: "a", type: "Bench::Thing", account_id: "1", region: "none" },
    },
    facts: {},
    sender: { name: "bench", tenantId, scopes: ["events", "act"] },
  };
}
