import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetBucketPolicyCommand, PutBucketPolicyCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, s3Client, stsClient } from "./clients.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-aws-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("state and keys survive a restart", async () => {
  const stateFile = join(folder, "deep", "aws.json");
  const first = await startAws({ stateFile });
  const Policy = `{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::acme-logs"}}`;
  await s3Client(first).send(new PutBucketPolicyCommand({ Bucket: "acme-logs", Policy }));
  await first.stop();
  const second = await startAws({ stateFile });
  expect(second.accessKeyId).toBe(first.accessKeyId);
  const read = await s3Client(second).send(new GetBucketPolicyCommand({ Bucket: "acme-logs" }));
  expect(read.Policy).toBe(Policy);
  await second.stop();
  expect((await stat(stateFile)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, "deep"))).toEqual(["aws.json"]);
});

test("a change is on disk a moment later, without a stop", async () => {
  const stateFile = join(folder, "aws.json");
  const running = await startAws({ stateFile });
  const PublicAccessBlockConfiguration = { BlockPublicAcls: true };
  await s3Client(running).send(
    new PutPublicAccessBlockCommand({ Bucket: "acme-logs", PublicAccessBlockConfiguration }),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  const other = await startAws({ stateFile });
  expect(other.state.bucket("acme-logs")?.bucket.publicAccessBlock?.BlockPublicAcls).toBe(true);
  await other.stop();
  await running.stop();
});

test("a version 1 file is taken over: its key, buckets and trust", async () => {
  const stateFile = join(folder, "aws.json");
  const first = await startAws();
  const [account] = first.state.data.accounts;
  const key = { accessKeyId: first.accessKeyId, secretAccessKey: first.secretAccessKey };
  const old = {
    ...{ id: account?.id, canonicalId: account?.canonicalId, name: "acme", sessions: [], s3: account?.s3 },
    users: [{ name: "policycortex", userId: "AIDAOLD" }],
    keys: [{ ...key, user: "policycortex", status: "Active" }],
    roles: [{ name: "PolicyCortex", roleId: "AROAOLD", trust: { principals: ["123456789012"], externalId: "e-1" } }],
  };
  await first.stop();
  const data = { version: 1, region: "us-east-1", defaultAccountId: "123456789012", accounts: [old] };
  await writeFile(stateFile, JSON.stringify(data));
  const second = await startAws({ stateFile });
  expect(second.accessKeyId).toBe(key.accessKeyId);
  const { Policy } = await s3Client(second).send(new GetBucketPolicyCommand({ Bucket: "acme-logs" }));
  expect(Policy).toContain("PublicRead");
  const RoleArn = "arn:aws:iam::123456789012:role/PolicyCortex";
  const assume = (ExternalId: string) =>
    stsClient(second).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "run-1", ExternalId }));
  expect(await failure(assume("e-2"))).toMatch(/^AccessDenied/);
  expect(await failure(assume("e-1"))).toBe("no error");
  await second.stop();
  expect(JSON.parse(await readFile(stateFile, "utf8"))).toMatchObject({ version: 2 });
});

test.each([
  ["no JSON", "{", "it is not JSON"],
  ["another shape", `{"version":2}`, "it is not a version 1 or 2 state"],
  ["a null", "null", "it is not a version 1 or 2 state"],
])("a file with %s is one clear error", async (_name, content, reason) => {
  const stateFile = join(folder, "aws.json");
  await writeFile(stateFile, content);
  await expect(startAws({ stateFile })).rejects.toThrow(
    `sandbox AWS: cannot use the state file ${stateFile}: ${reason}. Move it away to start afresh.`,
  );
});

test("only loopback addresses are listened on", async () => {
  await expect(startAws({ host: "0.0.0.0" })).rejects.toThrow("0.0.0.0 is not loopback");
});
