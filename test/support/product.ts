import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp, type App } from "../../src/app.ts";
import { loadConfig } from "../../src/config.ts";
import { systemClock } from "../../src/core/clock.ts";
import { movableClock } from "../../src/core/movable-clock.ts";
import { deployedDocuments } from "../../src/host/deployed.ts";
import { startAws, type AwsSandbox } from "../../src/sandbox/aws/server.ts";
import { startSlack, type SlackSandbox } from "../../src/sandbox/slack/server.ts";
import { freePort } from "../../src/store/embedded/cluster.ts";
import { createDatabase, type TestDatabase } from "./database.ts";

/** The whole product in this process: bot, local Slack and local AWS, each behind its own port, over a real database. */
export interface Product {
  readonly app: App;
  readonly url: string;
  readonly token: string;
  /** A sender whose events always need approval: its credential lacks `act`. */
  readonly plainToken: string;
  readonly aws: AwsSandbox;
  readonly slack: SlackSandbox;
  readonly database: TestDatabase;
  /** What the bot logged as an error or a warning. */
  readonly logged: { readonly level: "error" | "warn"; readonly message: string; readonly details: object }[];
  stop(): Promise<void>;
}

const token = "sandbox-token-".padEnd(44, "0");
const plainToken = "plain-token-".padEnd(44, "0");

export interface ProductOptions {
  readonly slack?: Parameters<typeof startSlack>[0];
  readonly aws?: Parameters<typeof startAws>[0];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Start everything on free ports; `stop` leaves no port, database or folder behind. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), "policycortex-product-"));
  const database = await createDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const aws = await startAws(options.aws ?? {});
  const slack = await startSlack({ botUrl: url, eventToken: token, awsPageUrl: aws.url, ...options.slack });
  const logged: Product["logged"] = [];
  const app = await createApp({
    ...(await parts(options, folder)),
    databaseUrl: database.url,
    log: {
      info: () => undefined,
      debug: () => undefined,
      warn: (details, message) => void logged.push({ level: "warn", message, details }),
      error: (details, message) => void logged.push({ level: "error", message, details }),
    },
    slack: { botToken: slack.botToken, signingSecrets: [slack.signingSecret], apiUrl: slack.apiUrl },
    aws: awsOf(aws),
  });
  await app.server.listen({ port, host: "127.0.0.1" });
  await app.start();
  const stop = async () => {
    await app.stop();
    await Promise.all([slack.stop(), aws.stop()]);
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  return { app, url, token, plainToken, aws, slack, database, logged, stop };
}

async function parts(options: ProductOptions, folder: string) {
  const environment = {
    POLICYCORTEX_DATA: folder,
    POLICYCORTEX_API_TOKENS: `plain:${plainToken}`,
    ...options.environment,
  };
  const config = loadConfig(environment, { envFile: join(folder, "none"), serving: false });
  const { deployed } = await deployedDocuments([join(import.meta.dirname, "../../workflows")]);
  const clock = movableClock(systemClock);
  const pass = (milliseconds: number) => clock.pass(milliseconds);
  return {
    config,
    clock,
    deployed,
    channels: { defaultChannel: "#security-alerts", alertsChannel: "#security-alerts" },
    secretKey: Buffer.alloc(32, 7),
    role: "all" as const,
    sandbox: { pageUrl: "http://127.0.0.1:1", token, pass },
  };
}

/** How the product reaches a local AWS. */
function awsOf({ endpoint, region, accessKeyId, secretAccessKey }: AwsSandbox) {
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}
