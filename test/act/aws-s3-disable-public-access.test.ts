import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { action as s3Action } from "../../src/act/aws-s3-disable-public-access/index.ts";
import { createConnectors } from "../../src/act/connectors/connectors.ts";
import type { ActionDefinition } from "../../src/core/action.ts";
import { PolicyError } from "../../src/core/errors.ts";
import type { Bucket } from "../../src/sandbox/aws/s3/model.ts";
import { openBucketWorld, type BucketWorld } from "./aws-s3-disable-public-access.fixture.ts";

/** As the engine sees it: parameters of any kind. */
const action: ActionDefinition = s3Action;
let world: BucketWorld;
async function open(bucketName: string, preserve = true): Promise<Bucket> {
  world = await openBucketWorld({ bucket_name: bucketName, preserve_existing_policy: preserve });
  return world.sandbox.state.bucket(bucketName)!.bucket;
}
beforeEach(() => open("acme-logs"));
afterEach(() => world.close());
const reopen = async (...args: Parameters<typeof open>) => {
  await world.close();
  return open(...args);
};
const bucketNow = () => world.sandbox.state.bucket("acme-logs")!.bucket;
const thrownBy = async (answer: Promise<unknown>): Promise<PolicyError> => {
  try {
    await answer;
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

test("the plan of the public bucket says what a card needs", async () => {
  const plan = await action.plan(world.context());
  expect(plan.targets).toEqual([
    {
      provider: "aws",
      account: "123456789012",
      region: "us-east-1",
      id: "arn:aws:s3:::acme-logs",
      name: "acme-logs",
      type: "AWS::S3::Bucket",
    },
  ]);
  expect(plan.before).toEqual({ public_access_block: null, policy: bucketNow().policy });
  expect(plan.changes).toHaveLength(4);
  expect(plan.changes[0]).toEqual({ field: "BlockPublicAcls", before: "none set", after: true });
  expect(plan.blastRadius).toContain("anonymous reads of 1 bucket stop");
  expect(plan.blastRadius).toContain("a public website, if served from it, stops");
  expect(plan.facts).toMatchObject({
    tags: { Environment: "production", Owner: "olga@example.com" },
    bucket_environment: "production",
    owner: "olga@example.com",
    public: true,
  });
  expect(plan.missingPermissions).toEqual([]);
  expect(plan.rollbackPlan).toEqual({
    available: true,
    estimated_duration_ms: 3000,
    rollback_actions: ["restore_public_access_block"],
  });
});

test("none set is restored as none, and a kept policy is never written", async () => {
  const policy = bucketNow().policy;
  const plan = await action.plan(world.context());
  await action.execute(world.context(), plan);
  expect(bucketNow()).toMatchObject({
    policy,
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  });
  await action.rollback(world.context(), plan);
  expect(bucketNow()).toMatchObject({ policy, publicAccessBlock: null });
  expect(world.writes()).toEqual(["PutPublicAccessBlock", "DeletePublicAccessBlock"]);
});

test("only the public statements go, the old text is kept whole, and its bytes come back", async () => {
  const old = (await reopen("acme-logs", false)).policy;
  const plan = await action.plan(world.context());
  expect(plan.before["policy"]).toBe(old);
  expect(plan.changes.at(-1)).toMatchObject({ field: "policy", before: old });
  expect(plan.rollbackPlan.rollback_actions).toContain("restore_bucket_policy");
  await action.execute(world.context(), plan);
  const statements = (JSON.parse(bucketNow().policy ?? "") as { Statement: { Sid: string }[] }).Statement;
  expect(statements.map(({ Sid }) => Sid)).toEqual(["LogDelivery"]);
  await action.rollback(world.context(), plan);
  expect(bucketNow().policy).toBe(old);
});

test("a policy of which nothing remains is deleted", async () => {
  const bucket = await reopen("acme-website", false);
  const old = bucket.policy;
  const plan = await action.plan(world.context());
  expect(plan.after["policy"]).toBeNull();
  await action.execute(world.context(), plan);
  expect(bucket.policy).toBeNull();
  expect((await action.rollback(world.context(), plan)).status).toBe("success");
  expect(bucket.policy).toBe(old);
});

test("an effect that stopped between its two writes is completed or undone", async () => {
  for (const next of ["execute", "rollback"] as const) {
    await reopen("acme-logs", false);
    const start = world.read();
    const plan = await action.plan(world.context());
    world.sandbox.setFault({ action: "PutBucketPolicy", kind: "drop_before" });
    expect((await thrownBy(action.execute(world.context(), plan))).code).toBe("provider_unknown");
    expect((await action.validate(world.context(), plan)).valid).toBe(true);
    expect((await action[next](world.context(), plan)).status).toBe("success");
    if (next === "rollback") expect(world.read()).toEqual(start);
    else expect((await action.verify(world.context(), plan)).status).toBe("success");
  }
});

test("a rollback that stopped anywhere can be called again", async () => {
  for (const nth of [1, 2, 3]) {
    const bucket = await reopen("acme-logs", false);
    bucket.publicAccessBlock = {
      BlockPublicAcls: false,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    };
    const start = world.read();
    const plan = await action.plan(world.context());
    await action.execute(world.context(), plan);
    world.sandbox.setFault(
      nth === 2
        ? { action: "PutBucketPolicy", kind: "drop_after" }
        : { action: "PutPublicAccessBlock", nth: nth === 1 ? 1 : 2, kind: "drop_before" },
    );
    expect((await thrownBy(action.rollback(world.context(), plan))).code).toBe("provider_unknown");
    expect(await action.rollback(world.context(), plan)).toMatchObject({ status: "success" });
    expect(world.read()).toEqual(start);
  }
});

test("a policy edited since refuses the undo even where the policy was kept", async () => {
  const plan = await action.plan(world.context());
  await action.execute(world.context(), plan);
  bucketNow().policy = (bucketNow().policy ?? "").replace("PublicRead", "AnotherName");
  expect((await action.rollback(world.context(), plan)).status).toBe("refused");
});

test("A12: tags changed since the plan are not valid any more", async () => {
  const plan = await action.plan(world.context());
  bucketNow().tags = [{ Key: "Environment", Value: "dev" }];
  const result = await action.validate(world.context(), plan);
  expect(result).toEqual({ valid: false, reasons: ["the tags of bucket acme-logs are not those of the plan"] });
});

test("another account than the finding's, or none, is refused before any call to S3", async () => {
  for (const account of ["999999999999", undefined]) {
    const { account: ours, ...context } = world.context();
    expect(ours).toBe("123456789012");
    const other = account === undefined ? context : { ...context, account };
    expect((await thrownBy(action.plan(other))).code).toBe("account_mismatch");
  }
  const plan = await action.plan(world.context());
  const elsewhere = world.context({ account: "999999999999" });
  expect((await action.validate(elsewhere, plan)).valid).toBe(false);
  expect((await thrownBy(action.execute(elsewhere, plan))).code).toBe("account_mismatch");
  expect((await thrownBy(action.rollback(elsewhere, plan))).code).toBe("account_mismatch");
  expect(world.writes()).toEqual([]);
});

test("a bucket that is gone is named", async () => {
  const plan = await action.plan(world.context());
  const account = world.sandbox.state.defaultAccount;
  account.s3.buckets = account.s3.buckets.filter(({ name }) => name !== "acme-logs");
  const error = await thrownBy(action.plan(world.context()));
  expect(error.code).toBe("plan_unreadable");
  expect(error.message).toContain("bucket acme-logs does not exist");
  expect((await action.validate(world.context(), plan)).valid).toBe(false);
  expect((await action.rollback(world.context(), plan)).status).toBe("refused");
});

test("a read that is refused is a missing permission and an unknown fact", async () => {
  for (const call of ["GetBucketTagging", "GetBucketAcl", "GetBucketPolicy", "GetBucketPolicyStatus"])
    world.sandbox.setFault({ action: call, kind: "error", code: "AccessDenied", status: 403 });
  const plan = await action.plan(world.context());
  expect(plan.missingPermissions).toEqual([
    "s3:GetBucketAcl",
    "s3:GetBucketPolicy",
    "s3:GetBucketPolicyStatus",
    "s3:GetBucketTagging",
  ]);
  expect(plan.facts).toEqual({});
  expect(plan.before).toEqual({ public_access_block: null });
  expect(plan.blastRadius[0]).toBe("anonymous reads of 1 bucket stop, if there are any");
});

test("what the way back hangs on must be readable", async () => {
  world.sandbox.setFault({ action: "GetPublicAccessBlock", kind: "error", code: "AccessDenied", status: 403 });
  const error = await thrownBy(action.plan(world.context()));
  expect(error.code).toBe("plan_unreadable");
  expect(error.message).toContain("s3:GetBucketPublicAccessBlock");
});

test("a bucket that is blocked already changes nothing", async () => {
  await reopen("acme-private");
  const plan = await action.plan(world.context());
  expect(plan).toMatchObject({ changesSomething: false, changes: [], blastRadius: [], facts: { public: false } });
});

test("a late effect is waited for, a missing one is told with evidence", async () => {
  const plan = await action.plan(world.context());
  const failed = await action.verify(world.context(), plan);
  expect(failed).toMatchObject({ status: "failed", evidence: { public_access_block: "none set" } });
  const clock = {
    ...world.context().clock,
    sleep: async () => {
      await action.execute(world.context(), plan);
    },
  };
  const verified = await action.verify(world.context({ clock }), plan);
  expect(verified).toMatchObject({ status: "success", evidence: { policy_is_public: true } });
});

test("keys never reach an error, not even when AWS repeats them", async () => {
  const { endpoint, region, accessKeyId } = world.sandbox;
  const secretAccessKey = "w".repeat(40);
  for (const kind of ["wrong secret", "unknown key"]) {
    const key = kind === "wrong secret" ? accessKeyId : "AKIAUNKNOWNUNKNOWN00";
    const connectors = createConnectors({
      aws: { endpoint, region, credentials: { accessKeyId: key, secretAccessKey } },
    });
    const error = await thrownBy(action.plan(world.context({ connectors })));
    expect(error.code).toBe("missing_permission");
    expect(error.cause).toBeUndefined();
    const spoken = `${error.message} ${error.hint ?? ""} ${error.stack ?? ""}`;
    expect(spoken).not.toContain(key);
    expect(spoken).not.toContain(secretAccessKey);
    connectors.close();
  }
});

test("without AWS configured the action says so", async () => {
  expect((await thrownBy(action.plan(world.context({ connectors: {} })))).code).toBe("bad_config");
});
