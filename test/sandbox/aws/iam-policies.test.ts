import * as iam from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, iamClient, stsClient } from "./clients.ts";

let sandbox: AwsSandbox;
let client: iam.IAMClient;
beforeEach(async () => {
  sandbox = await startAws();
  client = iamClient(sandbox);
});
afterEach(async () => {
  client.destroy();
  await sandbox.stop();
});

const document = (action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: action, Resource: "*" }] });
const trust = (principal: string, externalId?: string) =>
  JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { AWS: principal },
      Action: "sts:AssumeRole",
      ...(externalId && { Condition: { StringEquals: { "sts:ExternalId": externalId } } }),
    },
  });

test("an inline policy comes back as it was put, and can be taken away", async () => {
  const policy = { UserName: "policycortex", PolicyName: "deny" };
  const PolicyDocument = document("s3:*");
  await client.send(new iam.PutUserPolicyCommand({ ...policy, PolicyDocument }));
  const read = await client.send(new iam.GetUserPolicyCommand(policy));
  expect(decodeURIComponent(read.PolicyDocument ?? "")).toBe(PolicyDocument);
  expect((await client.send(new iam.ListUserPoliciesCommand(policy))).PolicyNames).toEqual(["deny"]);
  await client.send(new iam.DeleteUserPolicyCommand(policy));
  await expect(client.send(new iam.GetUserPolicyCommand(policy))).rejects.toBeInstanceOf(iam.NoSuchEntityException);
  const long = JSON.stringify({
    Statement: { Effect: "Deny", Action: "s3:*", Resource: `arn:aws:s3:::${"x".repeat(2100)}` },
  });
  const tooLong = client.send(new iam.PutUserPolicyCommand({ ...policy, PolicyDocument: long }));
  await expect(tooLong).rejects.toBeInstanceOf(iam.LimitExceededException);
});

test("a managed policy has five versions at most, one of them the default", async () => {
  const { Policy } = await client.send(
    new iam.CreatePolicyCommand({ PolicyName: "wide", PolicyDocument: document("s3:*") }),
  );
  const PolicyArn = Policy?.Arn ?? "";
  expect(PolicyArn).toBe("arn:aws:iam::123456789012:policy/wide");
  const version = (SetAsDefault: boolean) =>
    client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document("iam:*"), SetAsDefault }));
  for (let made = 2; made <= 5; made += 1) await version(made === 5);
  await expect(version(true)).rejects.toBeInstanceOf(iam.LimitExceededException);
  const { Versions } = await client.send(new iam.ListPolicyVersionsCommand({ PolicyArn }));
  expect(Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion])).toEqual([
    ["v5", true],
    ["v4", false],
    ["v3", false],
    ["v2", false],
    ["v1", false],
  ]);
  const remove = (VersionId: string) => client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  await expect(remove("v5")).rejects.toBeInstanceOf(iam.DeleteConflictException);
  await client.send(new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
  await remove("v5");
  expect((await version(false)).PolicyVersion?.VersionId).toBe("v6");
  const first = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
  expect(decodeURIComponent(first.PolicyVersion?.Document ?? "")).toBe(document("s3:*"));
});

test("an attached policy cannot be deleted, and AWS's own cannot be changed", async () => {
  const { Policy } = await client.send(
    new iam.CreatePolicyCommand({ PolicyName: "used", PolicyDocument: document("s3:*") }),
  );
  const attachment = { RoleName: "PolicyCortex", PolicyArn: Policy?.Arn ?? "" };
  await client.send(new iam.AttachRolePolicyCommand(attachment));
  expect((await client.send(new iam.GetPolicyCommand(attachment))).Policy?.AttachmentCount).toBe(1);
  await expect(client.send(new iam.DeletePolicyCommand(attachment))).rejects.toBeInstanceOf(
    iam.DeleteConflictException,
  );
  await client.send(new iam.DetachRolePolicyCommand(attachment));
  await client.send(new iam.DeletePolicyCommand(attachment));
  const PolicyArn = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2";
  expect(await failure(client.send(new iam.DeletePolicyCommand({ PolicyArn })))).toBe("AccessDenied 403");
  expect((await client.send(new iam.ListPoliciesCommand({ Scope: "Local" }))).Policies).toEqual([]);
});

test("the trust policy of a role decides who assumes it, and is replaced whole", async () => {
  const RoleName = "fixer";
  const create = (AssumeRolePolicyDocument: string) =>
    client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await expect(create(`{"Statement":[]}`)).rejects.toBeInstanceOf(iam.MalformedPolicyDocumentException);
  await expect(create(trust("nobody"))).rejects.toBeInstanceOf(iam.MalformedPolicyDocumentException);
  const { Role } = await create(trust("123456789012", "tenant-7"));
  const assume = (ExternalId?: string) =>
    stsClient(sandbox).send(
      new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "run-1", ...(ExternalId && { ExternalId }) }),
    );
  expect(await failure(assume())).toMatch(/^AccessDenied(Exception)? 403$/);
  expect(await failure(assume("tenant-8"))).toMatch(/^AccessDenied(Exception)? 403$/);
  expect(await failure(assume("tenant-7"))).toBe("no error");
  const PolicyDocument = trust("210987654321");
  await client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  expect(await failure(assume("tenant-7"))).toMatch(/^AccessDenied(Exception)? 403$/);
  const read = await client.send(new iam.GetRoleCommand({ RoleName }));
  expect(decodeURIComponent(read.Role?.AssumeRolePolicyDocument ?? "")).toBe(PolicyDocument);
  await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument: document("*") }));
  await expect(client.send(new iam.DeleteRoleCommand({ RoleName }))).rejects.toBeInstanceOf(
    iam.DeleteConflictException,
  );
});

test("the password policy is replaced whole", async () => {
  const get = () => client.send(new iam.GetAccountPasswordPolicyCommand({}));
  await expect(get()).rejects.toBeInstanceOf(iam.NoSuchEntityException);
  const wanted = { MinimumPasswordLength: 14, RequireSymbols: true, MaxPasswordAge: 90 };
  await client.send(new iam.UpdateAccountPasswordPolicyCommand(wanted));
  expect((await get()).PasswordPolicy).toMatchObject({ ...wanted, RequireNumbers: false, ExpirePasswords: true });
  await client.send(new iam.UpdateAccountPasswordPolicyCommand({ RequireNumbers: true }));
  expect((await get()).PasswordPolicy).toMatchObject({ MinimumPasswordLength: 6, RequireSymbols: false });
  const short = client.send(new iam.UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 5 }));
  expect(await failure(short)).toBe("ValidationError 400");
  await client.send(new iam.DeleteAccountPasswordPolicyCommand({}));
  expect(await failure(client.send(new iam.DeleteAccountPasswordPolicyCommand({})))).toBe("NoSuchEntityException 404");
});
