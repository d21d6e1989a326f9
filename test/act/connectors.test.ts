import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { awsFault } from "../../src/act/connectors/aws-errors.ts";
import { createConnectors } from "../../src/act/connectors/connectors.ts";
import type { AwsConnector } from "../../src/act/connectors/aws.ts";
import { createGuards } from "../../src/act/connectors/resilience.ts";
import { coerceError, hasCode, PolicyError } from "../../src/core/errors.ts";
import { startAws, type AwsSandbox } from "../../src/sandbox/aws/server.ts";
import { quickClock } from "./fixture.ts";

const signal = new AbortController().signal;
const thrownBy = async (answer: Promise<unknown>): Promise<Error> =>
  answer.then(
    () => new Error("nothing was thrown"),
    (thrown: unknown) => coerceError(thrown),
  );

let sandbox: AwsSandbox;
let aws: AwsConnector;
const clock = quickClock();
beforeEach(async () => {
  sandbox = await startAws();
  const { endpoint, region, accessKeyId, secretAccessKey } = sandbox;
  aws = createConnectors({ aws: { endpoint, region, credentials: { accessKeyId, secretAccessKey } } }, clock).aws!;
});
afterEach(async () => {
  aws.close();
  await sandbox.stop();
});

test("who we are is asked once a minute, and again after a failure", async () => {
  sandbox.setFault({ service: "sts", kind: "error", code: "AccessDenied", status: 403 });
  expect(hasCode(await thrownBy(aws.callerAccount()), "missing_permission")).toBe(true);
  expect(await Promise.all([aws.callerAccount(), aws.callerAccount()])).toEqual(["123456789012", "123456789012"]);
  expect(sandbox.calls()).toHaveLength(2);
  await clock.sleep(59_999);
  await aws.callerAccount();
  expect(sandbox.calls()).toHaveLength(2);
  await clock.sleep(1);
  await aws.callerAccount();
  expect(sandbox.calls()).toHaveLength(3);
});

test("every S3 call names the expected owner: a bucket of another account is refused by AWS", async () => {
  const bucket = await aws.bucket("acme-logs", { account: "123456789012", region: "us-east-1", signal });
  const { accounts } = sandbox.state.data;
  const [first] = accounts;
  accounts.push({ ...first!, id: "999999999999", keys: [], s3: { buckets: first!.s3.buckets } });
  accounts[0] = { ...first!, s3: { buckets: [] } };
  for (const call of [bucket.publicAccessBlock(), bucket.policy(), bucket.deletePolicy(), bucket.tags()])
    expect(hasCode(await thrownBy(call), "missing_permission")).toBe(true);
});

test.each([
  ["SlowDown", 503, "provider_throttled"],
  ["TooManyRequestsException", 429, "provider_throttled"],
  ["OperationAborted", 409, "provider_throttled"],
  ["AccessDenied", 403, "missing_permission"],
  ["ExpiredToken", 400, "missing_permission"],
  ["CredentialsProviderError", undefined, "bad_config"],
  ["NoSuchBucket", 404, "not_found"],
  ["TimeoutError", undefined, "provider_unknown"],
  ["SyntaxError", 200, "provider_unknown"],
  ["InternalError", 500, "provider_unknown"],
  ["NotImplemented", 501, "provider_refused"],
  ["PermanentRedirect", 301, "provider_refused"],
  ["MalformedPolicy", 400, "provider_refused"],
])("%s (%s) is %s", (name, status, code) => {
  const error = Object.assign(new Error("as AWS says"), {
    name,
    $metadata: status === undefined ? {} : { httpStatusCode: status, requestId: "R1" },
  });
  const fault = awsFault(error, { permission: "s3:PutBucketPolicy", target: "bucket acme-logs" });
  expect(fault.code).toBe(code);
  expect(fault.message).toContain(`AWS s3:PutBucketPolicy on bucket acme-logs: ${name}`);
});

test("keys and long secrets are cut out of AWS's own words", () => {
  const key = "AKIASANDBOX123456789";
  const words = new Error(`The key ${key} with ${"s".repeat(44)} is bad`);
  // S3 repeats what it was given as fields of the error.
  const error = Object.assign(words, { AWSAccessKeyId: key, StringToSign: `AWS4 ${key}`, $metadata: {} });
  const fault = awsFault(error, { permission: "s3:GetBucketAcl", target: "bucket b" });
  expect(fault.message).toContain("The key [access key] with [redacted] is bad");
  const { cause, hint, message } = fault;
  expect(JSON.stringify({ cause, hint, message })).not.toContain(key);
});

const throttled = () => Promise.reject(new PolicyError("provider_throttled", "later"));

test("a long-lived signal keeps no listeners", async () => {
  const guard = createGuards()("aws", "1");
  const { signal: own } = new AbortController();
  for (let call = 0; call < 20; call += 1) await guard.read(async () => "read", own);
  await guard.write(async () => "sent", own);
  await thrownBy(guard.write(throttled, own));
  expect(getEventListeners(own, "abort")).toHaveLength(0);
});

test("a read is tried again within five seconds, a refusal and a write are not", async () => {
  const guard = createGuards()("aws", "1");
  let calls = 0;
  const third = async () => {
    calls += 1;
    return calls < 3 ? throttled() : "read";
  };
  expect(await guard.read(third, signal)).toBe("read");
  calls = 0;
  const refused = async () => {
    calls += 1;
    throw new PolicyError("provider_refused", "no");
  };
  expect(hasCode(await thrownBy(guard.read(refused, signal)), "provider_refused")).toBe(true);
  expect(calls).toBe(1);
  calls = 0;
  expect(hasCode(await thrownBy(guard.write(third, signal)), "provider_throttled")).toBe(true);
  expect(calls).toBe(1);
});

test("a read that never answers ends below five seconds", async () => {
  const started = performance.now();
  const error = await thrownBy(createGuards()("aws", "1").read(() => new Promise(() => undefined), signal));
  expect(hasCode(error, "provider_unknown")).toBe(true);
  expect(performance.now() - started).toBeLessThan(5_200);
});

test("a row of failures opens the breaker of that account only", async () => {
  const guardOf = createGuards();
  for (let call = 0; call < 8; call += 1) await thrownBy(guardOf("aws", "1").write(throttled, signal));
  let sent = false;
  const error = await thrownBy(
    guardOf("aws", "1").write(async () => {
      sent = true;
    }, signal),
  );
  expect(hasCode(error, "provider_throttled")).toBe(true);
  expect(error.message).toContain("nothing is sent");
  expect(sent).toBe(false);
  expect(await guardOf("aws", "2").write(async () => "sent", signal)).toBe("sent");
});

test("at most 16 calls to an account at once", async () => {
  const guard = createGuards()("aws", "1");
  let now = 0;
  let most = 0;
  const call = async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now -= 1;
  };
  await Promise.all(Array.from({ length: 60 }, () => guard.read(call, new AbortController().signal)));
  expect(most).toBe(16);
});

test("the signal reaches the call, and a read that is not awaited rejects with its reason", async () => {
  const controller = new AbortController();
  let seen: AbortSignal | undefined;
  const answer = createGuards()("aws", "1").read((given) => {
    seen = given;
    return new Promise(() => undefined);
  }, controller.signal);
  controller.abort(new Error("stopped"));
  expect((await thrownBy(answer)).message).toBe("stopped");
  expect(seen?.aborted).toBe(true);
});
