import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { isPublicPolicy } from "../../../src/sandbox/aws/s3/exposure.ts";
import { parsePolicy } from "../../../src/sandbox/aws/s3/policy-document.ts";
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

const Bucket = "acme-logs";

function policy(statement: Record<string, unknown> = {}): string {
  const base = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` };
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ ...base, ...statement }] });
}

test("a policy comes back byte for byte", async () => {
  const Policy = `{ "Version" : "2012-10-17",\r\n\t"Statement" : [{"Sid":"é ☂ <&>","Effect":"Deny","Principal":"*",\n"Action":"s3:*","Resource":"arn:aws:s3:::${Bucket}/*"} ] }\n\n`;
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
});

test("a policy can be deleted, and is then missing", async () => {
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  expect(await failure(s3.send(new GetBucketPolicyCommand({ Bucket })))).toBe("NoSuchBucketPolicy 404");
  expect(await failure(s3.send(new GetBucketPolicyStatusCommand({ Bucket })))).toBe("NoSuchBucketPolicy 404");
});

test("the status says whether the policy is public", async () => {
  const status = new GetBucketPolicyStatusCommand({ Bucket });
  expect((await s3.send(status)).PolicyStatus).toEqual({ IsPublic: true });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy({ Effect: "Deny" }) }));
  expect((await s3.send(status)).PolicyStatus).toEqual({ IsPublic: false });
});

test("BlockPublicPolicy refuses a public policy and lets others through", async () => {
  const PublicAccessBlockConfiguration = { BlockPublicPolicy: true };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  const open = new PutBucketPolicyCommand({ Bucket, Policy: policy() });
  expect(await failure(s3.send(open))).toBe("AccessDenied 403");
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy({ Effect: "Deny" }) }));
});

test.each([
  ["not JSON", "{"],
  ["not an object", "[]"],
  ["no statement", `{"Version":"2012-10-17"}`],
  ["a wrong version", `{"Version":"2020-01-01","Statement":[]}`],
  ["a wrong effect", policy({ Effect: "Maybe" })],
  ["no principal", policy({ Principal: undefined })],
  ["a principal of an unknown kind", policy({ Principal: { Person: "olga" } })],
  ["an action of another service", policy({ Action: "ec2:StopInstances" })],
  ["another bucket", policy({ Resource: "arn:aws:s3:::acme-logs-2/*" })],
  ["both Action and NotAction", policy({ NotAction: "s3:PutObject" })],
])("%s is a malformed policy", async (_name, Policy) => {
  expect(await failure(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })))).toBe("MalformedPolicy 400");
});

test.each([
  ["everybody", {}, true],
  ["everybody as an AWS principal", { Principal: { AWS: ["*"] } }, true],
  ["everybody but one", { Principal: undefined, NotPrincipal: { AWS: "123456789012" } }, true],
  ["one account", { Principal: { AWS: "arn:aws:iam::123456789012:root" } }, false],
  ["a service", { Principal: { Service: "logging.s3.amazonaws.com" } }, false],
  ["a fixed account", { Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } }, false],
  ["a wildcard account", { Condition: { StringLike: { "aws:SourceAccount": "*" } } }, true],
  ["a negative condition", { Condition: { StringNotEquals: { "aws:SourceAccount": "1" } } }, true],
  ["a small network", { Condition: { IpAddress: { "aws:SourceIp": ["192.0.2.0/24"] } } }, false],
  ["the whole network", { Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } }, true],
  ["a condition that pins nobody", { Condition: { Bool: { "aws:SecureTransport": true } } }, true],
])("a policy for %s is judged", (_name, statement, expected) => {
  expect(isPublicPolicy(parsePolicy(policy(statement), Bucket))).toBe(expected);
});
