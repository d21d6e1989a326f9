import { pino } from "pino";
import { createApp, type App, type AppParts } from "../app.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../core/clock.ts";
import { PolicyError } from "../core/errors.ts";
import { movableClock } from "../core/movable-clock.ts";
import { freePort } from "../store/embedded/cluster.ts";
import { openDatabase, type OpenDatabase } from "./database.ts";
import { channelsFor, deployedDocuments, slackNeeds } from "./deployed.ts";
import { readyLines } from "./ready-lines.ts";
import { startSandbox, type RunningSandbox } from "./sandbox-process.ts";
import { secretKey } from "./secret-key.ts";

export interface ServeOptions {
  readonly config: Config;
  readonly role: AppParts["role"];
  /** `auto`: the whole sandbox when no Slack token is set. */
  readonly sandbox: "all" | "aws" | "auto";
}

/** How long a stop may take before the process ends anyway (E18). */
const stopWithinMs = 20_000;

interface Standing {
  readonly database: OpenDatabase;
  readonly sandbox?: RunningSandbox;
  readonly app: App;
}

/** Serve until a signal; stops bot, sandbox, database in that order. @returns the process's exit code. */
export async function serve(options: ServeOptions): Promise<0 | 1> {
  const standing = await start(options);
  return new Promise((resolve) => {
    let stoppingSince: number | undefined;
    const stop = (signal: NodeJS.Signals) => {
      // Asked twice: somebody is in a hurry. At once it is one Ctrl-C that came by two ways.
      if (stoppingSince !== undefined && systemClock.monotonic() - stoppingSince > 1_000) process.exit(1);
      if (stoppingSince !== undefined) return;
      stoppingSince = systemClock.monotonic();
      process.stderr.write(`${signal}: stopping…\n`);
      setTimeout(() => process.exit(1), stopWithinMs).unref();
      void stopAll(standing).then(
        () => resolve(0),
        (error: unknown) => {
          process.stderr.write(`policycortex: ${String(error)}\n`);
          resolve(1);
        },
      );
    };
    process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);
  });
}

async function stopAll({ app, sandbox, database }: Partial<Standing>): Promise<void> {
  await app?.stop();
  await sandbox?.stop();
  await database?.close();
}

async function start(options: ServeOptions): Promise<Standing> {
  const { config } = options;
  const practise = options.sandbox === "all" || (options.sandbox === "auto" && config.slack.botToken === undefined);
  if (options.sandbox === "aws" && config.slack.botToken === undefined)
    throw new PolicyError(
      "bad_config",
      "SLACK_BOT_TOKEN: --sandbox=aws pairs real Slack with practice AWS, and there is no Slack",
    );
  const host = hostFor(config, practise);
  checkAws(config, practise || options.sandbox === "aws");
  await freePort(config.port).catch((cause: unknown) => {
    throw new PolicyError("port_in_use", `port ${config.port} is in use`, { hint: "set PORT to another one", cause });
  });
  const held: { database?: OpenDatabase; sandbox?: RunningSandbox; app?: App } = {};
  try {
    const { deployed, problems } = await deployedDocuments(config.workflowFolders);
    held.database = await openDatabase(config, practise || options.sandbox === "aws" ? "sandbox" : "live");
    if (practise || options.sandbox === "aws")
      held.sandbox = await startSandbox(config.dataFolder, config.port, practise);
    const parts = await appParts(options, practise, held.database, held.sandbox, deployed);
    held.app = await createApp(parts);
    // Listening first: Slack and the sandbox may call as soon as the bot has said hello.
    await held.app.server.listen({ port: config.port, host });
    await held.app.start();
    const checked = await held.app.slack?.check(slackNeeds(deployed));
    process.stdout.write(
      readyLines({
        config,
        url: config.publicUrl ?? `http://127.0.0.1:${config.port}`,
        role: options.role,
        problems: [...problems, ...(checked?.problems ?? [])],
        ...(held.sandbox ? { sandbox: held.sandbox } : {}),
      }),
    );
    return held as Standing;
  } catch (error) {
    await stopAll(held).catch(() => undefined);
    throw error;
  }
}

async function appParts(
  options: ServeOptions,
  practise: boolean,
  database: OpenDatabase,
  sandbox: RunningSandbox | undefined,
  deployed: AppParts["deployed"],
): Promise<AppParts> {
  const { config } = options;
  const clock = movableClock(systemClock);
  const log = pino({ level: config.logLevel }, pino.destination(2));
  const slack =
    practise && sandbox
      ? {
          botToken: sandbox.slack.botToken,
          signingSecrets: [sandbox.slack.signingSecret],
          apiUrl: sandbox.slack.apiUrl,
        }
      : realSlack(config);
  const { accessKeyId = "", secretAccessKey = "" } = sandbox?.aws ?? {};
  const aws = sandbox
    ? { endpoint: sandbox.aws.endpoint, region: sandbox.aws.region, credentials: { accessKeyId, secretAccessKey } }
    : realAws(config);
  return {
    config,
    clock,
    log,
    databaseUrl: database.url,
    secretKey: await secretKey(config.secretKey, config.dataFolder),
    deployed,
    channels: channelsFor(config, deployed.documents),
    role: options.role,
    ...(slack ? { slack } : {}),
    aws,
    ...(practise && sandbox
      ? {
          sandbox: {
            pageUrl: sandbox.slack.url,
            token: sandbox.token,
            pass: (milliseconds: number) => clock.pass(milliseconds),
          },
        }
      : {}),
  };
}

function realSlack(config: Config): AppParts["slack"] {
  const { botToken, signingSecrets, appToken, apiUrl } = config.slack;
  if (botToken === undefined) return undefined;
  return {
    botToken,
    signingSecrets,
    ...(appToken === undefined ? {} : { appToken }),
    ...(apiUrl === undefined ? {} : { apiUrl }),
  };
}

function realAws(config: Config): AppParts["aws"] {
  return config.aws.region === undefined ? {} : { region: config.aws.region };
}

const loopback = new Set(["127.0.0.1", "localhost", "::1"]);

function hostFor(config: Config, practise: boolean): string {
  if (!practise) return config.host ?? "0.0.0.0";
  const host = config.host ?? "127.0.0.1";
  if (!loopback.has(host))
    throw new PolicyError("bad_config", `HOST: the sandbox listens on loopback only, not on ${host}`);
  return host;
}

/** Whoever sets an endpoint receives the calls and the credentials' signatures. */
function checkAws(config: Config, practise: boolean): void {
  if (practise || config.aws.endpoint === undefined || config.aws.allowEndpoint) return;
  throw new PolicyError("bad_config", "AWS_ENDPOINT_URL: an endpoint override is refused outside the sandbox", {
    hint: "POLICYCORTEX_ALLOW_AWS_ENDPOINT=1 allows it",
  });
}
