import { action } from "../../src/act/aws-s3-disable-public-access/index.ts";
import { createConnectors } from "../../src/act/connectors/connectors.ts";
import type { Json } from "../../src/core/json.ts";
import { startAws } from "../../src/sandbox/aws/server.ts";
import type { AwsSandbox } from "../../src/sandbox/aws/server.ts";
import { contextOf, quickClock, type FaultKind, type Fixture, type World } from "./fixture.ts";

/** The world of this action, with the sandbox for tests that need more than the contract. */
export interface BucketWorld extends World {
  readonly sandbox: AwsSandbox;
}

export async function openBucketWorld(params: Record<string, Json>): Promise<BucketWorld> {
  const sandbox = await startAws();
  const { accessKeyId, secretAccessKey, endpoint, region, accountId } = sandbox;
  const clock = quickClock();
  const connectors = createConnectors(
    { aws: { endpoint, region, credentials: { accessKeyId, secretAccessKey } } },
    clock,
  );
  const parsed = action.params.parse(params);
  const bucket = () => sandbox.state.bucket(parsed.bucket_name)!.bucket;
  return {
    sandbox,
    context: (overrides = {}) =>
      contextOf({ params: parsed, account: accountId, region, clock, connectors, ...overrides }),
    read: () => JSON.parse(JSON.stringify(sandbox.state.data.accounts)) as Json,
    disturb: () => {
      bucket().publicAccessBlock = {
        BlockPublicAcls: false,
        IgnorePublicAcls: true,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: true,
      };
    },
    writes: () =>
      sandbox
        .calls()
        .map((call) => call.action)
        .filter((name) => /^(Put|Delete|Create)/.test(name)),
    fault: (kind) => setFault(sandbox, firstWrite(bucket()), kind),
    secrets: [accessKeyId, secretAccessKey],
    close: async () => {
      connectors.close();
      await sandbox.stop();
    },
  };
}

/** A bucket that is blocked already only needs its policy changed. */
function firstWrite(bucket: { readonly publicAccessBlock: object | null }): string {
  const blocked = Object.values(bucket.publicAccessBlock ?? { none: false }).every(Boolean);
  return blocked ? "PutBucketPolicy" : "PutPublicAccessBlock";
}

function setFault(sandbox: AwsSandbox, action: string, kind: FaultKind): void {
  const rules = {
    throttled_write: { action, kind: "throttle" },
    refused_write: { action, kind: "error", code: "AccessDenied", status: 403 },
    lost_answer: { action, kind: "drop_after" },
    lost_request: { action, kind: "drop_before" },
    slow_write: { action, kind: "delay", ms: 300 },
    throttled_reads: { kind: "throttle", times: 2 },
  } as const;
  sandbox.setFault(rules[kind]);
}

const flags = (value: boolean) => ({
  BlockPublicAcls: value,
  IgnorePublicAcls: value,
  BlockPublicPolicy: value,
  RestrictPublicBuckets: value,
});

export const fixture: Fixture = {
  action,
  cases: [
    { title: "no block set, policy kept", params: { bucket_name: "acme-logs", preserve_existing_policy: true } },
    { title: "public statements removed", params: { bucket_name: "acme-logs", preserve_existing_policy: false } },
    {
      title: "one flag set, whole policy goes",
      params: { bucket_name: "acme-website", preserve_existing_policy: false },
    },
    {
      title: "the old block would refuse the old policy",
      params: { bucket_name: "acme-logs", preserve_existing_policy: false },
      prepare: (world) => {
        const { sandbox } = world as BucketWorld;
        sandbox.state.bucket("acme-logs")!.bucket.publicAccessBlock = flags(true);
      },
    },
  ],
  badParams: [
    {},
    { bucket_name: 7 },
    { bucket_name: "" },
    { bucket_name: "acme-logs", preserve_existing_policy: "true" },
    ["acme-logs"],
  ],
  open: async ({ params }) => openBucketWorld(params),
};
