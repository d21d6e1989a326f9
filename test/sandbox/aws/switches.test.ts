import { CreateAccessKeyCommand, CreateUserCommand, GetUserCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { GetPublicAccessBlockCommand, ListBucketsCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import type { Credentials } from "./clients.ts";
import { failure, iamClient, s3Client, secretsClient, stsClient } from "./clients.ts";

let sandbox: AwsSandbox;
beforeEach(async () => {
  sandbox = await startAws();
});
afterEach(async () => {
  await sandbox.stop();
});

const Bucket = "acme-logs";
const put = (credentials?: Credentials) =>
  s3Client(sandbox, credentials).send(
    new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
  );
const flags = async () => failure(s3Client(sandbox).send(new GetPublicAccessBlockCommand({ Bucket })));
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("a missing permission is each protocol's own error and names the action", async () => {
  sandbox.switches.set({ denials: [{ action: "*" }] });
  await expect(put()).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("is not authorized to perform: s3:PutBucketPublicAccessBlock on resource"),
  });
  await expect(iamClient(sandbox).send(new ListUsersCommand({}))).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("user/policycortex is not authorized to perform: iam:ListUsers"),
  });
  await expect(secretsClient(sandbox).send(new ListSecretsCommand({}))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining("secretsmanager:ListSecrets"),
  });
});

test("permissions are missing by account, principal and action", async () => {
  const denied = async (denial: object) => {
    sandbox.switches.set({ denials: [denial] });
    return failure(put());
  };
  expect(await denied({ action: "s3:PutPublicAccessBlock", principal: "policycortex" })).toBe("AccessDenied 403");
  expect(await denied({ action: "s3:putbucketpublic*", account: "123456789012" })).toBe("AccessDenied 403");
  expect(await denied({ action: "s3:*", principal: "arn:aws:iam::*:user/policycortex" })).toBe("AccessDenied 403");
  expect(await denied({ action: "s3:*", principal: "somebody" })).toBe("no error");
  expect(await denied({ action: "s3:*", account: "210987654321" })).toBe("no error");
  expect(await denied({ action: "iam:*" })).toBe("no error");
});

test("the second account is reached by its role, and only with the external id", async () => {
  const assume = (ExternalId?: string) =>
    stsClient(sandbox).send(
      new AssumeRoleCommand({
        RoleArn: "arn:aws:iam::210987654321:role/PolicyCortexRemediation",
        RoleSessionName: "run-1",
        ...(ExternalId && { ExternalId }),
      }),
    );
  expect(await failure(assume())).toMatch(/^AccessDenied/);
  const { Credentials: made } = await assume(sandbox.externalId);
  const session = {
    accessKeyId: made?.AccessKeyId ?? "",
    secretAccessKey: made?.SecretAccessKey ?? "",
    sessionToken: made?.SessionToken ?? "",
  };
  expect((await s3Client(sandbox, session).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  expect((await secretsClient(sandbox, session).send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  sandbox.switches.set({ denials: [{ action: "s3:*", principal: "PolicyCortexRemediation" }] });
  expect(await failure(s3Client(sandbox, session).send(new ListBucketsCommand({})))).toBe("AccessDenied 403");
});

test("reads lag behind writes for so many reads, or so many milliseconds", async () => {
  sandbox.switches.set({ lag: { s3: { reads: 2 } } });
  await put();
  expect([await flags(), await flags(), await flags()]).toEqual([
    "NoSuchPublicAccessBlockConfiguration 404",
    "NoSuchPublicAccessBlockConfiguration 404",
    "no error",
  ]);
  sandbox.seed("public-bucket");
  sandbox.switches.set({ lag: { s3: { ms: 600 } } });
  await put();
  expect(await flags()).toBe("NoSuchPublicAccessBlockConfiguration 404");
  await after(700);
  expect(await flags()).toBe("no error");
});

test("a failed write leaves nothing to lag behind", async () => {
  sandbox.switches.set({ lag: { iam: { reads: 1 } } });
  const iam = iamClient(sandbox);
  const create = () => iam.send(new CreateUserCommand({ UserName: "new" }));
  await create();
  expect(await failure(create())).toBe("EntityAlreadyExistsException 409");
  const get = () => failure(iam.send(new GetUserCommand({ UserName: "new" })));
  expect([await get(), await get()]).toEqual(["NoSuchEntityException 404", "no error"]);
});

test("a new key is not known at once while IAM lags", async () => {
  const iam = iamClient(sandbox);
  sandbox.switches.set({ lag: { iam: { ms: 800 } } });
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "policycortex" }));
  const key = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  expect(await failure(stsClient(sandbox, key).send(new GetCallerIdentityCommand({})))).toBe(
    "InvalidClientTokenId 403",
  );
  expect(await failure(put(key))).toBe("InvalidAccessKeyId 403");
  await after(900);
  expect(await failure(put(key))).toBe("no error");
});

test("a rate is kept by account and service, and fills up again", async () => {
  sandbox.switches.set({ rates: [{ service: "secretsmanager", perSecond: 2, burst: 2 }] });
  const secrets = secretsClient(sandbox);
  const list = () => failure(secrets.send(new ListSecretsCommand({})));
  expect([await list(), await list(), await list()]).toEqual(["no error", "no error", "ThrottlingException 400"]);
  expect(await failure(s3Client(sandbox).send(new ListBucketsCommand({})))).toBe("no error");
  await after(600);
  expect(await list()).toBe("no error");
});

test("latency is added by service", async () => {
  sandbox.switches.set({ latency: { secretsmanager: 200 } });
  const before = Date.now();
  await secretsClient(sandbox).send(new CreateSecretCommand({ Name: "slow", SecretString: "x" }));
  expect(Date.now() - before).toBeGreaterThanOrEqual(195);
});

test("a switch that does not exist, or a wrong value, is named", () => {
  expect(() => sandbox.switches.set({ speed: 1 })).toThrow("There is no switch named speed");
  expect(() => sandbox.switches.set({ latency: { s3: -1 } })).toThrow("latency.s3 must be a number");
  expect(() => sandbox.switches.set({ denials: [{}] })).toThrow("action must be a text");
  expect(() => sandbox.switches.set({ rates: "many" })).toThrow("rates must be a list");
});
