import type { AddressInfo } from "node:net";

import fastify from "fastify";
import type { FastifyInstance } from "fastify";

import { botCalls } from "./bot-calls.ts";
import { sandboxClock } from "./clock.ts";
import { createDeliveryFaults } from "./delivery-faults.ts";
import { createDriver } from "./driver.ts";
import type { SlackDriver } from "./driver.ts";
import { createFaults } from "./faults.ts";
import { isLoopback, refusal } from "./guard.ts";
import { createLimiter } from "./limiter.ts";
import { timeLimits } from "./limits.ts";
import { pageRoutes } from "./page-routes.ts";
import { randomFrom } from "./random.ts";
import { seedWorkspace } from "./seed.ts";
import type { WorkspaceData } from "./seed.ts";
import type { Outgoing } from "./send.ts";
import { socketMode } from "./socket-mode.ts";
import type { SocketMode } from "./socket-mode.ts";
import { stateFile } from "./state-file.ts";
import type { WebApi } from "./web-api.ts";
import { acceptText, apiRoutes, responseRoutes } from "./web-routes.ts";
import { Workspace } from "./workspace.ts";

export interface SlackSandboxOptions {
  /** Loopback only; default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Where state is kept (JSON); unset: memory only. */
  stateFile?: string;
  /** Base address of the bot; interactions go to `${botUrl}/slack/events`. */
  botUrl?: string;
  /** Bearer token for the bot's `/api/v1/events` and `/sandbox/elapse`. */
  eventToken?: string;
  /** Made and kept in the state when absent. */
  signingSecret?: string;
  botToken?: string;
  /** Answer 429 over the limits; default false: only count. */
  enforceLimits?: boolean;
  /** Shown as a link on the page. */
  awsPageUrl?: string;
  /** The same seed gives the same ids and secrets. */
  seed?: string;
  /** Milliseconds since 1970: the clock starts here and stands still until time is passed. */
  startAt?: number;
  /** How long the bot may take to acknowledge, in milliseconds; default Slack's 3 s. */
  ackTimeoutMs?: number;
}

export interface SlackSandbox {
  /** The page is at `/`. */
  url: string;
  /** For `slackApiUrl` and `SLACK_API_URL`. */
  apiUrl: string;
  botToken: string;
  signingSecret: string;
  teamId: string;
  botUserId: string;
  appId: string;
  /** For Socket Mode's `apps.connections.open`. */
  appToken: string;
  socketMode: Pick<SocketMode, "connections" | "disconnect" | "cut">;
  setBotUrl(url: string): void;
  driver: SlackDriver;
  /** Ends connections and saves the state. */
  stop(): Promise<void>;
}

/** Starts a local Slack; ready when the promise resolves. Throws when the port is taken or the host is not loopback. */
export async function startSlack(options: SlackSandboxOptions = {}): Promise<SlackSandbox> {
  const { host = "127.0.0.1", port = 0 } = options;
  if (!isLoopback(host)) throw new Error(`the sandbox only listens on this machine, not on ${host}`);
  const file = stateFile(options.stateFile, (): WorkspaceData => workspace.data);
  const random = randomFrom(options.seed);
  const data = withSecrets({ ...seedWorkspace(random), ...file.load() }, options);
  const workspace: Workspace = new Workspace(data, { clock: sandboxClock(options.startAt), random });
  const stopSaving = workspace.onChange(() => file.touch());

  let url = "";
  let botUrl = trimmed(options.botUrl);
  const faults = createFaults();
  const api: WebApi = {
    workspace,
    faults,
    limiter: createLimiter(workspace.clock),
    log: [],
    url: () => url,
    openSocket: () => sockets.open(),
    enforceLimits: options.enforceLimits ?? false,
  };
  const ackTimeoutMs = options.ackTimeoutMs ?? timeLimits.ackMs;
  const app = fastify({ forceCloseConnections: true, bodyLimit: 4 * 1_024 * 1_024 });
  const sockets = socketMode(app.server, workspace, () => url);
  const outgoing: Outgoing & { url(): string } = {
    workspace,
    botUrl: () => botUrl,
    ackTimeoutMs,
    deliveries: [],
    faults: createDeliveryFaults(),
    background: new Set<Promise<unknown>>(),
    socket: (request, timeoutMs) => sockets.deliver(request, timeoutMs),
    url: () => url,
  };
  const driver = createDriver(outgoing, faults, api.log);

  acceptText(app);
  app.addHook("onRequest", async (request, reply) => {
    const reason = refusal(request.headers);
    if (reason !== undefined) await reply.code(403).send({ ok: false, error: "forbidden", reason });
  });
  apiRoutes(app, api);
  responseRoutes(app, workspace);
  pageRoutes(app, workspace, { driver, bot: botCalls(() => botUrl, options.eventToken) }, options.awsPageUrl);
  await listen(app, host, port);
  url = `http://${host === "::1" ? "[::1]" : host}:${(app.server.address() as AddressInfo).port}`;
  file.flush();

  return {
    url,
    apiUrl: `${url}/api/`,
    botToken: data.botToken,
    signingSecret: data.signingSecret,
    appToken: data.appToken,
    teamId: data.team.id,
    botUserId: data.app.botUserId,
    appId: data.app.id,
    setBotUrl: (next) => void (botUrl = trimmed(next)),
    driver,
    socketMode: sockets,
    async stop() {
      workspace.clock.stop();
      sockets.cut();
      await app.close();
      stopSaving();
      file.flush();
    },
  };
}

function withSecrets(data: WorkspaceData, { botToken, signingSecret }: SlackSandboxOptions): WorkspaceData {
  return { ...data, botToken: botToken ?? data.botToken, signingSecret: signingSecret ?? data.signingSecret };
}

function trimmed(url: string | undefined): string | undefined {
  return url?.replace(/\/+$/, "");
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(`the local Slack cannot listen on port ${port}: it is taken`, { cause: error });
  }
}
