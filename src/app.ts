import type { FastifyInstance } from "fastify";
import { actionFacts, loadCatalogue } from "./act/catalogue.ts";
import { createConnectors } from "./act/connectors/connectors.ts";
import { createApprovals } from "./approve/approvals.ts";
import type { Config } from "./config.ts";
import type { Clock } from "./core/clock.ts";
import type { Log } from "./core/log.ts";
import { createHttpOperations } from "./wiring/http-operations.ts";
import { createMetrics } from "./http/metrics.ts";
import { createServer } from "./http/server.ts";
import { createCredentials, hashToken } from "./ingest/authenticate.ts";
import { createDriver } from "./run/driver.ts";
import { createMessages } from "./run/messages.ts";
import { createSnapshotReader, saveDeployed, type Deployed } from "./run/snapshots.ts";
import { createSlack, type Slack } from "./slack/slack.ts";
import { createSlackOperations } from "./wiring/slack-operations.ts";
import { openStore, type Store } from "./store/client.ts";
import { readControl } from "./store/control.ts";
import { createFoldedWrite } from "./store/folded-write.ts";
import { startWorker, type RunningWorker } from "./wiring/worker.ts";

/** What a process stands on: addresses and keys that `main.ts` has found, started or read. */
export interface AppParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log & { debug(details: object, message: string): void };
  readonly databaseUrl: string;
  readonly secretKey: Buffer;
  readonly deployed: Deployed;
  /** Where cards and alerts go. */
  readonly channels: { readonly defaultChannel: string; readonly alertsChannel: string };
  readonly role: "all" | "web" | "worker";
  readonly slack?: {
    readonly botToken: string;
    readonly signingSecrets: readonly string[];
    readonly appToken?: string;
    readonly apiUrl?: string;
  };
  readonly aws: Parameters<typeof createConnectors>[0]["aws"];
  readonly sandbox?: {
    readonly pageUrl: string;
    readonly token: string;
    readonly pass: (milliseconds: number) => void;
  };
}

export interface App {
  readonly server: FastifyInstance;
  readonly store: Store;
  readonly slack?: Slack;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The composition root: the only place that builds and wires everything. Nothing runs before `start`. */
export async function createApp(parts: AppParts): Promise<App> {
  const { config, clock, log, deployed } = parts;
  const catalogue = await loadCatalogue();
  const facts = actionFacts(catalogue);
  const store = openStore(parts.databaseUrl, (error) =>
    log.warn({ error: error.message }, "a database connection was lost"),
  );
  const connectors = createConnectors(parts.aws === undefined ? {} : { aws: parts.aws }, clock);
  const snapshot = createSnapshotReader(store.engine, facts);
  const deployedNow = () => deployed;
  const directory = lazyDirectory(() => slack);
  const approvals = createApprovals({ store, directory, clock });
  const commands = { database: store.interactive, clock, directory, deployed: deployedNow, snapshot };
  const pipeline = { database: store.interactive, clock, catalogue, deployed: deployedNow };
  const shared = { store, clock, approvals, commands, pipeline, connectors, deployed: deployedNow };
  const slack: Slack | undefined =
    parts.slack &&
    createSlack({
      config: { ...parts.slack, ...parts.channels, tenantId: "default" },
      store,
      operations: createSlackOperations(shared),
      clock,
      log,
    });
  let worker: RunningWorker | undefined;
  const metrics = createMetrics();
  const operations = createHttpOperations({
    ...shared,
    ...(slack && !parts.slack?.appToken ? { slack } : {}),
    metrics,
    workerProblem: () => (parts.role === "web" || worker ? undefined : "the worker is not running"),
    ...(parts.sandbox ? { sandbox: parts.sandbox } : {}),
  });
  const sandboxToken = parts.sandbox && {
    name: "sandbox",
    tenantId: "default",
    tokenHash: hashToken(parts.sandbox.token),
    scopes: ["events", "act", "read"] as const,
  };
  const tokens = [...config.apiTokens, ...(sandboxToken ? [sandboxToken] : [])];
  const credentials = createCredentials({ tokens, webhookSecrets: config.webhookSecrets });
  const server = createServer({ operations, credentials, log, metrics, clock });
  const engine = (workerId: string) => ({
    store,
    workerId,
    clock,
    log,
    catalogue,
    connectors,
    approvals,
    snapshot,
    write: createFoldedWrite(store.engine),
    messages: createMessages(store.interactive),
    paused: async (tenantId: string) => (await readControl(store.engine, tenantId, "pause"))?.["paused"] === true,
  });
  return {
    server,
    store,
    ...(slack ? { slack } : {}),
    async start() {
      await saveDeployed(store.interactive, deployed);
      await slack?.start();
      if (parts.role === "web") return;
      worker = await startWorker({
        store,
        log,
        clock,
        secretKey: parts.secretKey,
        anchor: config.auditAnchor ?? `${config.dataFolder}/audit.anchor`,
        drive: (workerId) => createDriver(engine(workerId)).drive,
        wakeApproval: (id) => approvals.wake(id),
        deliver: (id) => (slack ? slack.deliver(id) : Promise.resolve()),
      });
    },
    async stop() {
      await server.close();
      await worker?.stop();
      worker = undefined;
      await slack?.stop();
      connectors.close();
      await store.close();
    },
  };
}

/** Slack knows who is who, and asks the stages that ask it: the knot is tied here. */
function lazyDirectory(slack: () => Slack | undefined) {
  return {
    members: async (...args: Parameters<Slack["directory"]["members"]>) =>
      slack()?.directory.members(...args) ?? { status: "unreachable" as const, reason: "no Slack is connected" },
    isActive: async (...args: Parameters<Slack["directory"]["isActive"]>) =>
      (await slack()?.directory.isActive(...args)) ?? false,
  };
}
