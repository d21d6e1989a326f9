import { Readable } from "node:stream";
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, s3Client } from "./clients.ts";

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

const LOG = "acme-logs/2027/01/access.log";

async function anonymous(path: string): Promise<number> {
  return (await fetch(`${sandbox.url}/${path}`)).status;
}

test("an object round-trips, also with a strange key and as a stream", async () => {
  const Bucket = "acme-private";
  const Key = "a b/é+(1)'*!~/x=y&z.bin";
  const Body = Buffer.from([0, 1, 2, 253, 254, 255, 13, 10]);
  const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/x-test" }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(Body);
  expect(got.ContentType).toBe("application/x-test");
  expect(got.ETag).toBe(put.ETag);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  expect(head.ContentLength).toBe(Body.length);
  const stream = Readable.from([Buffer.from("one\n"), Buffer.from("two\n")]);
  await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body: stream, ContentLength: 8 }));
  const streamed = await s3.send(new GetObjectCommand({ Bucket, Key: "stream" }));
  expect(await streamed.Body?.transformToString()).toBe("one\ntwo\n");
});

test("a missing object has its own errors", async () => {
  const missing = { Bucket: "acme-private", Key: "none" };
  expect(await failure(s3.send(new GetObjectCommand(missing)))).toBe("NoSuchKey 404");
  expect(await failure(s3.send(new HeadObjectCommand(missing)))).toBe("NotFound 404");
});

test("anybody reads the public bucket until it is restricted", async () => {
  expect(await anonymous(LOG)).toBe(200);
  expect(await anonymous("acme-private/payroll.csv")).toBe(403);
  expect(await anonymous("acme-logs/none")).toBe(403);
  expect(await anonymous("acme-logs?policy")).toBe(403);
  const PublicAccessBlockConfiguration = { BlockPublicPolicy: true };
  const half = new PutPublicAccessBlockCommand({ Bucket: "acme-logs", PublicAccessBlockConfiguration });
  await s3.send(half);
  expect(await anonymous(LOG)).toBe(200);
  const whole = { BlockPublicPolicy: true, RestrictPublicBuckets: true };
  const full = new PutPublicAccessBlockCommand({ Bucket: "acme-logs", PublicAccessBlockConfiguration: whole });
  await s3.send(full);
  expect(await anonymous(LOG)).toBe(403);
  const own = await s3.send(new GetObjectCommand({ Bucket: "acme-logs", Key: "2027/01/access.log" }));
  expect(await own.Body?.transformToString()).toContain("checkout");
});

test("a deny statement closes the bucket to the public", async () => {
  const statement = { Principal: "*", Action: "s3:Get*", Resource: "arn:aws:s3:::acme-logs/*" };
  const Statement = [
    { ...statement, Effect: "Allow" },
    { ...statement, Effect: "Deny", Resource: "arn:aws:s3:::acme-logs/2027/*" },
  ];
  const Policy = JSON.stringify({ Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket: "acme-logs", Policy }));
  expect(await anonymous(LOG)).toBe(403);
});

test("nobody writes anonymously to a bucket that is open to read", async () => {
  const response = await fetch(`${sandbox.url}/acme-logs/new`, { method: "PUT", body: "x" });
  expect(response.status).toBe(403);
  expect(await response.text()).toContain("<Code>AccessDenied</Code>");
});

test("an upload that is too large is refused in the protocol's own words", async () => {
  const Body = Buffer.alloc(9 * 1024 * 1024);
  const put = new PutObjectCommand({ Bucket: "acme-private", Key: "large", Body });
  expect(await failure(s3.send(put))).toBe("EntityTooLarge 400");
});
