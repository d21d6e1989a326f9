import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { newBucket } from "../../src/sandbox/aws/s3/bucket-operations.ts";
import { startAws, type AwsSandbox } from "../../src/sandbox/aws/server.ts";
import { startSlack, type SlackSandbox } from "../../src/sandbox/slack/server.ts";
import { openStore, type Store } from "../../src/store/client.ts";
import { createDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { finding, postEvent } from "../support/finding.ts";
import { serve, type Served } from "../support/served.ts";

/** Replicas of the bot as processes over one database; this process is the world they act on, and counts. */
export interface Fleet {
  readonly aws: AwsSandbox;
  readonly slack: SlackSandbox;
  /** As the owner of the tables. */
  readonly store: Store;
  /** Replicas that are ready. */
  alive(): readonly Served[];
  /** One more replica; resolves when it is ready. */
  launch(): Promise<void>;
  /** SIGKILL to the process that owns the run right now, if one does. */
  killOwner(runId: string): Promise<boolean>;
  killAny(): Promise<void>;
  /** A public bucket of its own and the event about it; asks one replica after the other. @returns the run's id. */
  newRun(bucket: string): Promise<string>;
  stop(): Promise<void>;
}

const token = "chaos-token-".padEnd(44, "0");

/** One step that fixes, with a call deadline short enough that a takeover in mid-call is seen to end. */
const workflow = `workflow:
  name: "chaos-s3"
  description: "Blocks public access, while processes die"
  version: "1.0"
  trigger:
    event: "policy.violation.created"
    conditions:
      - policy_name: "s3-no-public-access"
  steps:
    - name: "disable_public_access"
      type: "remediation"
      action: "aws_s3_disable_public_access"
      timeout: "4 seconds"
      parameters:
        bucket_name: "{{ violation.resource.name }}"
        preserve_existing_policy: true
  approval:
    required_for: ["never"]
    approvers: ["security_team"]
`;
const conditions = `conditions:\n  - name: "never"\n    expression: "1 == 2"\n`;

export async function startFleet(): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), "policycortex-chaos-"));
  await writeDocuments(folder);
  const database = await createDatabase();
  await asOwner(database.ownerUrl, `UPDATE control SET value = '{"kind": "live"}' WHERE key = 'database_kind'`);
  const aws = await startAws();
  // The window between intent and result is wide enough to die in.
  aws.setFault({ service: "s3", action: "PutPublicAccessBlock", kind: "delay", ms: 250, times: Infinity });
  const slack = await startSlack();
  const store = openStore(database.ownerUrl, () => undefined);
  const environment = {
    ...environmentOf(folder, aws, slack),
    DATABASE_URL: database.url,
    POLICYCORTEX_MIGRATION_URL: database.ownerUrl,
  };
  const ready: Served[] = [];
  const started: Served[] = [];
  const alive = () => ready.filter(({ child }) => child.exitCode === null && child.signalCode === null);
  return {
    aws,
    slack,
    store,
    alive,
    async launch() {
      const served = await serve({ data: join(folder, `data-${started.length}`), environment });
      started.push(served);
      await served.ready();
      ready.push(served);
    },
    async killOwner(runId) {
      const [owner] = await store.interactive.$queryRaw<{ pid: number }[]>`
        SELECT w.pid FROM run r JOIN worker w ON w.id = r.owner WHERE r.id = ${runId}::uuid`;
      const served = started.find(({ child }) => child.pid === owner?.pid);
      await served?.end("SIGKILL");
      return served !== undefined;
    },
    async killAny() {
      const living = alive();
      await living[Math.floor(Math.random() * living.length)]?.end("SIGKILL");
    },
    newRun: (bucket) => newRun(aws, alive, bucket),
    async stop() {
      for (const served of started) if (served.child.exitCode === null) await served.end("SIGKILL");
      await Promise.all([slack.stop(), aws.stop(), store.close()]);
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function newRun(aws: AwsSandbox, alive: () => readonly Served[], bucket: string): Promise<string> {
  const account = aws.state.defaultAccount;
  const made = newBucket(bucket, aws.region, new Date(), account.canonicalId);
  account.s3.buckets.push({ ...made, publicAccessBlock: null, tags: [{ Key: "Environment", Value: "dev" }] });
  const event = finding({ bucket, id: `evt-${bucket}` });
  const [first] = await eventually(
    async () => {
      const [bot] = alive();
      const answer = bot && (await postEvent({ url: bot.url, token }, event));
      return answer?.results[0]?.runs;
    },
    30_000,
    `a replica that takes the event about ${bucket}`,
  );
  return first!;
}

function environmentOf(folder: string, aws: AwsSandbox, slack: SlackSandbox): Record<string, string> {
  return {
    POLICYCORTEX_SECRET_KEY: Buffer.alloc(32, 9).toString("base64"),
    POLICYCORTEX_API_TOKENS: `chaos:${token}:events+act+read`,
    POLICYCORTEX_WORKFLOWS: join(folder, "workflows"),
    POLICYCORTEX_AUDIT_ANCHOR: join(folder, "audit.anchor"),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    AWS_ENDPOINT_URL: aws.endpoint,
    POLICYCORTEX_ALLOW_AWS_ENDPOINT: "1",
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: aws.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
    HOST: "127.0.0.1",
  };
}

async function writeDocuments(folder: string): Promise<void> {
  const to = join(folder, "workflows");
  await mkdir(to);
  const shipped = join(import.meta.dirname, "../../workflows");
  for (const file of ["approvers.yaml", "policies.yaml"]) await copyFile(join(shipped, file), join(to, file));
  await writeFile(join(to, "chaos.yaml"), workflow);
  await writeFile(join(to, "conditions.yaml"), conditions);
}

async function asOwner(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
