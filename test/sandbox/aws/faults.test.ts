import { GetPublicAccessBlockCommand, ListBucketsCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, s3Client, stsClient } from "./clients.ts";

let sandbox: AwsSandbox;
let s3: ReturnType<typeof s3Client>;
beforeEach(async () => {
  sandbox = await startAws();
  s3 = s3Client(sandbox);
});
afterEach(async () => {
  s3.destroy();
  await sandbox.stop();
});

const Bucket = "acme-logs";
const put = () =>
  s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }));
const flags = () => sandbox.state.bucket(Bucket)?.bucket.publicAccessBlock ?? null;

test("throttling speaks each service's words, and the SDK gets over it", async () => {
  sandbox.setFault({ kind: "throttle", times: 2 });
  expect(await failure(put())).toBe("SlowDown 503");
  expect(await failure(stsClient(sandbox).send(new GetCallerIdentityCommand({})))).toMatch(
    /^Throttling(Exception)? 400$/,
  );
  sandbox.setFault({ service: "s3", action: "ListBuckets", kind: "throttle" });
  const patient = s3Client(sandbox, undefined, 3);
  expect((await patient.send(new ListBucketsCommand({}))).Buckets).toHaveLength(3);
  expect(
    sandbox
      .calls()
      .slice(-2)
      .map((call) => call.status),
  ).toEqual([503, 200]);
});

test("an error hits the nth matching call and only that", async () => {
  sandbox.setFault({ action: "PutPublicAccessBlock", nth: 2, kind: "error", code: "AccessDenied", status: 403 });
  await s3.send(new ListBucketsCommand({}));
  expect(await failure(put())).toBe("no error");
  expect(await failure(put())).toBe("AccessDenied 403");
  expect(await failure(put())).toBe("no error");
});

test("a lost answer leaves the effect, a lost request leaves none", async () => {
  sandbox.setFault({ action: "PutPublicAccessBlock", kind: "drop_before" });
  expect(await failure(put())).not.toBe("no error");
  expect(flags()).toBeNull();
  sandbox.setFault({ action: "PutPublicAccessBlock", kind: "drop_after" });
  expect(await failure(put())).not.toBe("no error");
  expect(flags()?.BlockPublicAcls).toBe(true);
  const lost = sandbox.calls().map(({ status, errorCode }) => [status, errorCode]);
  expect(lost).toEqual([
    [0, "drop_before"],
    [0, "drop_after"],
  ]);
});

test("a delay passes, and faults can be cleared", async () => {
  sandbox.setFault({ kind: "delay", ms: 120 });
  const before = Date.now();
  await put();
  expect(Date.now() - before).toBeGreaterThanOrEqual(115);
  sandbox.setFault({ kind: "error", times: Infinity });
  expect(await failure(put())).toBe("InternalError 500");
  sandbox.clearFaults();
  expect(await failure(put())).toBe("no error");
});

test("the log names every call", async () => {
  await put();
  await failure(s3.send(new GetPublicAccessBlockCommand({ Bucket: "none-such" })));
  expect(sandbox.calls()).toEqual([
    expect.objectContaining({
      service: "s3",
      action: "PutPublicAccessBlock",
      resource: Bucket,
      status: 200,
      errorCode: "",
    }),
    expect.objectContaining({ action: "GetPublicAccessBlock", account: "123456789012", errorCode: "NoSuchBucket" }),
  ]);
});

test("seeding makes the public bucket public again and leaves the rest", async () => {
  await put();
  sandbox.seed("public-bucket");
  expect(flags()).toBeNull();
  expect(sandbox.state.bucket(Bucket)?.bucket.policy).toContain("PublicRead");
  expect(sandbox.state.defaultAccount.s3.buckets).toHaveLength(3);
});
