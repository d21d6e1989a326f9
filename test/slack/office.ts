import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import type { ApprovalView, VoteOutcome } from "../../src/core/approval.ts";
import { systemClock } from "../../src/core/clock.ts";
import { newId } from "../../src/core/identifiers.ts";
import type { Log } from "../../src/core/log.ts";
import type { NoticeInsert } from "../../src/core/notice.ts";
import type { RunView } from "../../src/core/run.ts";
import { startSlack, type SlackSandbox } from "../../src/sandbox/slack/server.ts";
import type { Operations } from "../../src/slack/operations.ts";
import { createSlack, type Slack } from "../../src/slack/slack.ts";
import { insertNotices } from "../../src/store/notices.ts";
import { inTransaction } from "../../src/store/transaction.ts";
import { useStore } from "../support/database.ts";

/** A local Slack, the product's Slack over a real database, and stages that do what a test says. */
export interface Office {
  slack: Slack;
  readonly sandbox: SlackSandbox;
  readonly runs: Map<string, RunView>;
  readonly approvals: Map<string, ApprovalView>;
  /** Calls of operations that change something. */
  readonly calls: { readonly name: string; readonly args: Record<string, unknown> }[];
  readonly logged: { readonly level: string; readonly details: Record<string, unknown>; readonly message: string }[];
  outcome: VoteOutcome;
  refuse: string | undefined;
  roles: string[];
  /** A second process on the same database. */
  another(): Slack;
  tell(notice: Partial<NoticeInsert> & Pick<NoticeInsert, "kind" | "dedupeKey" | "subjectId">): Promise<string>;
  /** Run due jobs of notices as the worker would, until none is left or `forMs` has passed. */
  work(forMs?: number): Promise<void>;
  sql<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
}

export const channel = "C0ALERTS";

/** An office for a test file; state of Slack and notices starts anew for each test. */
export function useOffice(): Office {
  const stored = useStore();
  const held: { server?: Server; owner?: pg.Pool } = {};
  const office = {} as { -readonly [K in keyof Office]: Office[K] };
  let started = false;

  const create = () =>
    createSlack({
      config: {
        botToken: office.sandbox.botToken,
        signingSecrets: [office.sandbox.signingSecret],
        apiUrl: office.sandbox.apiUrl,
        defaultChannel: "#security-alerts",
        tenantId: "default",
      },
      store: stored.store,
      operations: operationsOf(office),
      clock: systemClock,
      log: logOf(office),
    });

  beforeAll(async () => {
    held.owner = new pg.Pool({ connectionString: stored.database.ownerUrl, max: 2 });
    // The database of the file goes before this pool does.
    held.owner.on("error", () => undefined);
    held.owner.on("connect", (client) => client.on("error", () => undefined));
    held.server = createServer((request, response) => void answerHttp(office, request, response));
    await new Promise<void>((resolve) => held.server!.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(async () => {
    if (started) await office.sandbox.stop();
    started = true;
    office.sandbox = await startSlack({ enforceLimits: true });
    office.sandbox.setBotUrl(`http://127.0.0.1:${(held.server!.address() as AddressInfo).port}`);
    Object.assign(office, { runs: new Map(), approvals: new Map(), calls: [], logged: [], refuse: undefined, roles: [] }); // prettier-ignore
    office.outcome = { outcome: "counted", state: "pending", approved: 1, required: 2, changed: true };
    await held.owner!.query("TRUNCATE notice, slack_budget, replay_key, signal; DELETE FROM graphile_worker._private_jobs"); // prettier-ignore
    office.slack = create();
  });
  afterAll(async () => {
    await office.sandbox.stop();
    await new Promise((resolve) => held.server?.close(resolve));
    await held.owner?.end();
  });

  office.another = create;
  office.sql = async <T extends pg.QueryResultRow>(text: string, values: unknown[] = []) => (await held.owner!.query<T>(text, values)).rows; // prettier-ignore
  office.tell = async (notice) => {
    const whole = {
      id: newId(),
      tenantId: "default",
      subjectKind: "run",
      payload: {},
      priority: 5,
      ...notice,
    } as const;
    await inTransaction(stored.store.housekeeping, (transaction) => insertNotices(transaction, [whole]));
    return whole.id;
  };
  office.work = async (forMs = 8_000) => {
    const until = Date.now() + forMs;
    while (Date.now() < until) {
      const [job] = await office.sql<{ id: string; wait: number; notice: string }>(
        `SELECT j.id::text, greatest(0, extract(epoch FROM run_at - now()) * 1000)::float8 AS wait, substr(key, 8) AS notice
         FROM graphile_worker._private_jobs j WHERE key LIKE 'notice:%' ORDER BY run_at, priority LIMIT 1`,
      );
      if (!job) return;
      if (job.wait > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(job.wait, 200)));
      else {
        await office.sql("DELETE FROM graphile_worker._private_jobs WHERE id = $1::bigint", [job.id]);
        await office.slack.deliver(job.notice);
      }
    }
  };
  return office;
}

async function answerHttp(
  office: Office,
  request: import("node:http").IncomingMessage,
  response: import("node:http").ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value])); // prettier-ignore
  const answer = await office.slack.handle({ rawBody: Buffer.concat(chunks), headers });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

function logOf(office: Office): Log {
  const write = (level: string) => (details: object, message: string) =>
    void office.logged.push({ level, details: details as Record<string, unknown>, message });
  return { info: write("info"), warn: write("warn"), error: write("error") };
}

function operationsOf(office: Office): Operations {
  const called = (name: string, args: object) =>
    void office.calls.push({ name, args: args as Record<string, unknown> });
  const done = (name: string) => async (args: object) => {
    called(name, args);
    return office.refuse === undefined ? ({ done: true } as const) : { refused: office.refuse };
  };
  const started = (name: string) => async (args: object) => {
    called(name, args);
    return office.refuse === undefined ? { runId: newId() } : { refused: office.refuse };
  };
  return {
    castVote: async (args) => {
      called("castVote", args);
      return office.outcome;
    },
    approval: async (id) => office.approvals.get(id),
    approvals: async ({ runId, state }) =>
      [...office.approvals.values()].filter((one) => (runId ?? one.runId) === one.runId && (state ?? one.state) === one.state), // prettier-ignore
    run: async (id) => office.runs.get(id),
    runs: async () => [...office.runs.values()],
    workflows: () => [{ name: "auto-remediate-s3-public-access", description: "Closes public buckets", trigger: "policy.violation.created" }], // prettier-ignore
    startRun: started("startRun"),
    stopRun: done("stopRun"),
    undoRun: started("undoRun"),
    retryRun: started("retryRun"),
    requestAgain: started("requestAgain"),
    pause: done("pause"),
    resume: done("resume"),
    rolesOf: async () => office.roles,
  };
}
