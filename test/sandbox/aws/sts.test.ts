import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { newRole } from "../../../src/sandbox/aws/iam/make.ts";
import { trustPolicy } from "../../../src/sandbox/aws/iam/trust.ts";
import { newAccount } from "../../../src/sandbox/aws/seed.ts";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, s3Client, stsClient } from "./clients.ts";

let sandbox: AwsSandbox;
let sts: ReturnType<typeof stsClient>;
beforeEach(async () => {
  sandbox = await startAws();
  sts = stsClient(sandbox);
});
afterEach(async () => {
  sts.destroy();
  await sandbox.stop();
});

const OTHER = "333333333333";
const RoleArn = `arn:aws:iam::${OTHER}:role/PolicyCortex`;

function addOtherAccount(externalId: string | null): void {
  const other = newAccount(OTHER, "other");
  other.roles.push(newRole("PolicyCortex", trustPolicy([sandbox.accountId], externalId), new Date()));
  sandbox.state.data.accounts.push(other);
}

async function assume(extra: { ExternalId?: string } = {}) {
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "run-1", ...extra });
  const { Credentials } = await sts.send(command);
  return {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
}

test("the default key is the user policycortex", async () => {
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  expect(identity.Account).toBe("123456789012");
  expect(identity.Arn).toBe("arn:aws:iam::123456789012:user/policycortex");
  expect(identity.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
  expect(sandbox.accessKeyId).toMatch(/^AKIASANDBOX[A-Z2-7]{9}$/);
});

test("an assumed role works in its own account", async () => {
  addOtherAccount(null);
  const credentials = await assume();
  const identity = await stsClient(sandbox, credentials).send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe(`arn:aws:sts::${OTHER}:assumed-role/PolicyCortex/run-1`);
  expect((await s3Client(sandbox, credentials).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
});

test("a session needs its token, and ends", async () => {
  addOtherAccount(null);
  const { sessionToken, ...bare } = await assume();
  expect(await failure(s3Client(sandbox, bare).send(new ListBucketsCommand({})))).toBe("InvalidToken 400");
  const session = sandbox.state.account(OTHER)?.sessions[0];
  Object.assign(session ?? {}, { expiresAt: Date.now() - 1 });
  const ended = { ...bare, sessionToken };
  expect(await failure(s3Client(sandbox, ended).send(new ListBucketsCommand({})))).toBe("ExpiredToken 400");
  const call = stsClient(sandbox, ended).send(new GetCallerIdentityCommand({}));
  expect(await failure(call)).toMatch(/^ExpiredToken(Exception)? 403$/);
});

test("a role that is missing, or wants another external id, is denied", async () => {
  expect(await failure(assume())).toMatch(/^AccessDenied(Exception)? 403$/);
  addOtherAccount("acme-7");
  expect(await failure(assume())).toMatch(/^AccessDenied(Exception)? 403$/);
  expect((await assume({ ExternalId: "acme-7" })).accessKeyId).toMatch(/^ASIA/);
});

test("wrong parameters and unknown calls have their own errors", async () => {
  const bad = new AssumeRoleCommand({ RoleArn: "arn:aws:iam::1:user/x", RoleSessionName: "run-1" });
  expect(await failure(sts.send(bad))).toMatch(/^ValidationError(Exception)? 400$/);
  const short = new AssumeRoleCommand({ RoleArn, RoleSessionName: "run-1", DurationSeconds: 1 });
  expect(await failure(sts.send(short))).toMatch(/^(AccessDenied|ValidationError)/);
  expect(await failure(sts.send(new GetSessionTokenCommand({})))).toBe("InvalidAction 400");
});
