import { GetBucketPolicyCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  NoSuchPublicAccessBlockConfiguration,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3-control";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, s3Client, s3ControlClient } from "./clients.ts";

let sandbox: AwsSandbox;
let control: ReturnType<typeof s3ControlClient>;
beforeEach(async () => {
  sandbox = await startAws();
  control = s3ControlClient(sandbox);
});
afterEach(async () => {
  control.destroy();
  await sandbox.stop();
});

const AccountId = "123456789012";
const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const put = (PublicAccessBlockConfiguration: Partial<typeof all>) =>
  control.send(new PutPublicAccessBlockCommand({ AccountId, PublicAccessBlockConfiguration }));

test("the account's block is set, read and removed", async () => {
  const get = () => control.send(new GetPublicAccessBlockCommand({ AccountId }));
  await expect(get()).rejects.toBeInstanceOf(NoSuchPublicAccessBlockConfiguration);
  await put(all);
  expect((await get()).PublicAccessBlockConfiguration).toEqual(all);
  await put({ BlockPublicAcls: true });
  expect((await get()).PublicAccessBlockConfiguration).toMatchObject({
    BlockPublicAcls: true,
    BlockPublicPolicy: false,
  });
  await control.send(new DeletePublicAccessBlockCommand({ AccountId }));
  expect(await failure(get())).toBe("NoSuchPublicAccessBlockConfiguration 404");
  expect(sandbox.calls()[1]).toMatchObject({
    service: "s3control",
    action: "PutPublicAccessBlock",
    resource: AccountId,
  });
});

test("it holds for every bucket of the account", async () => {
  const url = `${sandbox.url}/acme-website/index.html`;
  expect((await fetch(url)).status).toBe(200);
  await put(all);
  expect((await fetch(url)).status).toBe(403);
  const s3 = s3Client(sandbox);
  const Bucket = "acme-logs";
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  expect(await failure(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })))).toBe("AccessDenied 403");
  sandbox.seed("public-bucket");
  expect((await fetch(url)).status).toBe(200);
});

test("another account's block is not this caller's to see", async () => {
  const other = new GetPublicAccessBlockCommand({ AccountId: "210987654321" });
  expect(await failure(control.send(other))).toBe("AccessDenied 403");
});
