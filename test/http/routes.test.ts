import { expect, test } from "@jest/globals";
import type { ApprovalView } from "../../src/core/approval.ts";
import { newId } from "../../src/core/identifiers.ts";
import type { PlannedStep, RunView } from "../../src/core/run.ts";
import { bearer, post, serverWith, tokenOf } from "./harness.ts";

const runId = newId();
const approvalId = newId();
const plannedStep: PlannedStep = {
  node: "fix",
  name: "Block public access",
  action: "aws_s3_disable_public_access",
  parameters: { bucket: "acme-logs" },
  digest: "d".repeat(64),
  plan: {
    targets: [],
    before: {},
    after: {},
    changes: [{ field: "BlockPublicAcls", before: false, after: true }],
    changesSomething: true,
    blastRadius: [],
    missingPermissions: [],
    rollbackPlan: { available: true, estimated_duration_ms: 10, rollback_actions: ["restore"] },
    facts: { internal: true },
  },
};
const run: RunView = {
  id: runId,
  tenantId: "default",
  kind: "workflow",
  workflow: "auto-remediate-s3-public-access",
  workflowDigest: "w".repeat(64),
  state: "waiting",
  undoable: false,
  title: "acme-logs is public",
  steps: [
    {
      node: "fix",
      name: "Block public access",
      kind: "action",
      status: "pending",
      attempts: 0,
      startedAt: "2026-11-21T10:00:00.000Z",
      finishedAt: "2026-11-21T10:00:01.500Z",
      output: { ok: true },
    },
  ],
  plan: [plannedStep],
  createdAt: "2026-11-21T10:00:00.000Z",
  updatedAt: "2026-11-21T10:00:00.000Z",
  notes: [],
};
const approval: ApprovalView = {
  id: approvalId,
  tenantId: "default",
  runId,
  nodeId: "approval",
  revision: 1,
  state: "pending",
  planDigest: "p".repeat(64),
  plan: [plannedStep],
  impact: "HIGH",
  stages: [
    {
      index: 0,
      name: "Security",
      state: "pending",
      roles: [{ role: "security_team", slackGroupId: "S0SEC", slackUserIds: ["U1"] }],
      required: 2,
      approved: 1,
    },
  ],
  votes: [
    {
      personId: "p1",
      name: "Ana",
      slackUserId: "U1",
      choice: "approve",
      stage: 0,
      castAt: run.createdAt,
      via: "slack",
    },
  ],
  createdAt: run.createdAt,
  expiresAt: run.createdAt,
  escalatedTo: [],
  card: { internal: true },
};

const asked: unknown[] = [];
const { server, logged } = serverWith({
  runs: async (filter) => (asked.push(filter), [run]),
  run: async (id) => (id === runId ? { run, approvals: [approval] } : undefined),
  approvals: async (filter) => (asked.push(filter), [approval]),
  approval: async (id) => (id === approvalId ? approval : undefined),
});
const get = (url: string, headers: Record<string, string> = bearer("reader")) => server.inject({ url, headers });

test("a run carries state, steps with timings, and approvals with stages and votes", async () => {
  const answer = await get(`/api/v1/runs/${runId}`);
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    id: runId,
    state: "waiting",
    workflow_digest: run.workflowDigest,
    steps: [
      {
        name: "Block public access",
        status: "pending",
        attempts: 0,
        output: { ok: true },
        timings: {
          started_at: "2026-11-21T10:00:00.000Z",
          finished_at: "2026-11-21T10:00:01.500Z",
          duration_ms: 1_500,
        },
      },
    ],
    plan: [{ plan: { changes: [{ field: "BlockPublicAcls", before: false, after: true }], changes_something: true } }],
    approvals: [
      {
        id: approvalId,
        state: "pending",
        stages: [{ required: 2, approved: 1, roles: [{ role: "security_team", slack_group_id: "S0SEC" }] }],
        votes: [{ name: "Ana", choice: "approve", slack_user_id: "U1" }],
      },
    ],
  });
  expect(answer.body).not.toMatch(/internal|tenantId|[a-z][A-Z][a-z]+":/);
});

test("lists are filtered by the credential's tenant and the query", async () => {
  asked.length = 0;
  expect((await get("/api/v1/runs?state=waiting&workflow=w&limit=7")).json()).toMatchObject({ runs: [{ id: runId }] });
  expect((await get(`/api/v1/approvals?state=pending&run=${runId}`)).json()).toMatchObject({
    approvals: [{ id: approvalId }],
  });
  expect(asked).toEqual([
    { tenantId: "default", state: "waiting", workflow: "w", limit: 7 },
    { tenantId: "default", state: "pending", runId, limit: 50 },
  ]);
  expect((await get(`/api/v1/approvals/${approvalId}`)).json()).toMatchObject({
    run_id: runId,
    plan_digest: "p".repeat(64),
  });
});

test.each([
  "runs?state=rejected",
  "runs?limit=0",
  "runs?limit=201",
  "runs?limit=x",
  "runs?state=failed&state=failed",
  "approvals?run=1",
])("the query %s is bad input", async (query) => {
  const answer = await get(`/api/v1/${query}`);
  expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([400, "bad_input"]);
});

const readable = [`/api/v1/runs/${runId}`, `/api/v1/approvals/${approvalId}`];
test.each(readable)("L10: %s does not exist for another tenant", async (url) => {
  expect((await get(url, bearer("reader"))).statusCode).toBe(200);
  const foreign = await get(url, bearer("neighbour"));
  const missing = await get(url.replace(/.{12}$/, "000000000000"), bearer("neighbour"));
  expect([foreign.statusCode, foreign.body]).toEqual([404, missing.body]);
});

test("L10: a list that forgot its filter still shows another tenant nothing", async () => {
  expect((await get("/api/v1/runs", bearer("neighbour"))).json()).toEqual({ runs: [] });
  expect((await get("/api/v1/approvals", bearer("neighbour"))).json()).toEqual({ approvals: [] });
});

const guarded = ["/api/v1/runs", "/api/v1/approvals", ...readable, "/metrics"];
test.each(guarded)("L10: %s needs a credential, and one that reads", async (url) => {
  expect((await get(url, {})).statusCode).toBe(401);
  expect((await get(url, bearer("sender"))).statusCode).toBe(403);
});

test.each([
  "/api/v1/runs/1",
  "/api/v1/runs/%00",
  "/api/v1/approvals/..",
  `/api/v1/runs/${"x".repeat(300)}`,
  "/%zz",
  "/",
])("%s is a 4xx in JSON", async (url) => {
  const answer = await get(url);
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(answer.statusCode).toBeLessThan(500);
  expect(answer.json()).toHaveProperty("error.code");
});

test.each(["/dashboard", `/runs/${runId}`, `/approvals/${approvalId}`, "/sandbox", "/slack/events", "/api/v1/sns"])(
  "%s is not built or not on: 404",
  async (url) => {
    expect((await get(url)).statusCode).toBe(404);
    expect((await server.inject({ method: "POST", url, payload: "{}" })).statusCode).toBe(404);
  },
);

test("alive, ready and not ready need no credential", async () => {
  expect((await get("/healthz", {})).json()).toEqual({ status: "ok" });
  expect((await get("/readyz", {})).json()).toEqual({ ready: true, problems: [] });
  const { server: down } = serverWith({
    ready: async () => ({ ready: false, problems: ["the database does not answer"] }),
  });
  const answer = await down.inject("/readyz");
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    { ready: false, problems: ["the database does not answer"] },
  ]);
});

test("metrics count routes, not addresses", async () => {
  await get("/api/v1/runs/secret-looking-id");
  const { body, headers } = await get("/metrics");
  expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(body).toMatch(/policycortex_http_requests_total\{method="GET",route="\/api\/v1\/runs\/:id",status="404"\} \d/);
  expect(body).toMatch(/policycortex_http_request_seconds_bucket/);
  expect(body).not.toContain("secret-looking-id");
});

test("Slack gets the bytes untouched and answers for itself", async () => {
  const { server: slack } = serverWith({
    slack: async ({ rawBody, headers }) => ({
      status: 200,
      headers: { "content-type": "text/plain", "x-slack-no-retry": "1" },
      body: `${headers["x-slack-signature"]} ${rawBody.toString("base64")}`,
    }),
  });
  const payload = Buffer.from("payload=%7B%22a%22%3A1%7D&x=\u0001");
  const headers = { "content-type": "application/x-www-form-urlencoded", "x-slack-signature": "v0=abc" };
  const answer = await slack.inject({ method: "POST", url: "/slack/events", payload, headers });
  expect([answer.statusCode, answer.body]).toEqual([200, `v0=abc ${payload.toString("base64")}`]);
  expect(answer.headers["x-slack-no-retry"]).toBe("1");
});

test("nothing of all this was a fault of ours", () => {
  expect(logged).toEqual([]);
});

const elapsed: number[] = [];
const { server: sandbox } = serverWith({
  sandbox: {
    pageUrl: "http://127.0.0.1:3001/",
    token: tokenOf("sandbox"),
    elapse: async (ms) => void elapsed.push(ms),
  },
});
const local = { host: "127.0.0.1:3000" };
const elapse = (payload: string, headers: Record<string, string> = bearer("sandbox")) =>
  sandbox.inject({ method: "POST", url: "/sandbox/elapse", payload, headers: { ...local, ...headers } });

test("the sandbox sends on to its page and lets time pass for its token", async () => {
  const answer = await sandbox.inject({ url: "/sandbox", headers: local });
  expect([answer.statusCode, answer.headers.location]).toEqual([302, "http://127.0.0.1:3001/"]);
  expect((await elapse('{"ms":300000}')).json()).toEqual({ elapsed_ms: 300_000 });
  expect(elapsed).toEqual([300_000]);
  expect((await elapse('{"ms":1}', {})).statusCode).toBe(401);
  expect((await elapse('{"ms":1}', bearer("both"))).statusCode).toBe(401);
  for (const body of ['{"ms":-1}', '{"ms":"1"}', "[]", "", '{"ms":1.5}'])
    expect((await elapse(body)).statusCode).toBe(400);
  expect(elapsed).toEqual([300_000]);
});

test.each([
  ["a foreign host", { host: "evil.example:3000" }],
  ["a name that resolves here", { host: "127.0.0.1.nip.io" }],
  ["no sense in Host", { host: "a b" }],
  ["a foreign origin", { origin: "https://evil.example" }],
  ["an opaque origin", { origin: "null" }],
  ["another local server's page", { origin: "http://127.0.0.1:8080" }],
])("the sandbox refuses %s", async (_name, headers) => {
  for (const url of ["/sandbox", "/healthz", "/nowhere"])
    expect((await sandbox.inject({ url, headers: { ...local, ...headers } })).statusCode).toBe(403);
  expect((await post(sandbox, "{}", { ...local, ...headers })).statusCode).toBe(403);
});

test("the sandbox answers its own page and its own origin", async () => {
  for (const origin of ["http://127.0.0.1:3001", "http://127.0.0.1:3000"])
    expect((await sandbox.inject({ url: "/healthz", headers: { ...local, origin } })).statusCode).toBe(200);
});
