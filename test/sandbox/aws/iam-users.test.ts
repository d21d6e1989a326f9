import * as iam from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, iamClient, s3Client, stsClient } from "./clients.ts";

let sandbox: AwsSandbox;
let client: iam.IAMClient;
beforeEach(async () => {
  sandbox = await startAws();
  client = iamClient(sandbox);
  await client.send(new iam.CreateUserCommand({ UserName, Path: "/ci/", Tags: [{ Key: "Team", Value: "a&b" }] }));
});
afterEach(async () => {
  client.destroy();
  await sandbox.stop();
});

const UserName = "deploy";

async function makeKey() {
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
}

test("a user is made, read and listed", async () => {
  const { User } = await client.send(new iam.GetUserCommand({ UserName }));
  expect(User).toMatchObject({
    Arn: "arn:aws:iam::123456789012:user/ci/deploy",
    Tags: [{ Key: "Team", Value: "a&b" }],
  });
  expect(User?.CreateDate).toBeInstanceOf(Date);
  expect((await client.send(new iam.GetUserCommand({}))).User?.UserName).toBe("policycortex");
  const { Users } = await client.send(new iam.ListUsersCommand({}));
  expect(Users?.map((user) => user.UserName)).toEqual(["policycortex", UserName]);
});

test("errors come back as the SDK's own classes", async () => {
  const again = client.send(new iam.CreateUserCommand({ UserName: "DEPLOY" }));
  await expect(again).rejects.toBeInstanceOf(iam.EntityAlreadyExistsException);
  const missing = client.send(new iam.GetUserCommand({ UserName: "nobody" }));
  await expect(missing).rejects.toBeInstanceOf(iam.NoSuchEntityException);
  await makeKey();
  const held = client.send(new iam.DeleteUserCommand({ UserName }));
  await expect(held).rejects.toBeInstanceOf(iam.DeleteConflictException);
  const PolicyDocument = `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}}`;
  const bad = client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
  await expect(bad).rejects.toBeInstanceOf(iam.MalformedPolicyDocumentException);
  await makeKey();
  await expect(makeKey()).rejects.toBeInstanceOf(iam.LimitExceededException);
  expect(await failure(client.send(new iam.CreateUserCommand({ UserName: "a b" })))).toBe("ValidationError 400");
  expect(await failure(client.send(new iam.ListRolePoliciesCommand({ RoleName: "none" })))).toBe(
    "NoSuchEntityException 404",
  );
  expect(await failure(client.send(new iam.ListMFADevicesCommand({})))).toBe("InvalidAction 400");
});

test("a key signs at once, an inactive one is refused, a deleted one is gone", async () => {
  const credentials = await makeKey();
  const s3 = s3Client(sandbox, credentials);
  const sts = stsClient(sandbox, credentials);
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe("arn:aws:iam::123456789012:user/ci/deploy");
  expect(await failure(s3.send(new ListBucketsCommand({})))).toBe("no error");
  const AccessKeyId = credentials.accessKeyId;
  const used = await client.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId }));
  expect(used).toMatchObject({ UserName, AccessKeyLastUsed: { ServiceName: "s3", Region: "us-east-1" } });
  await client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
  expect(await failure(s3.send(new ListBucketsCommand({})))).toBe("InvalidAccessKeyId 403");
  expect(await failure(sts.send(new GetCallerIdentityCommand({})))).toBe("InvalidClientTokenId 403");
  const { AccessKeyMetadata } = await client.send(new iam.ListAccessKeysCommand({ UserName }));
  expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId, Status: "Inactive", UserName }]);
  await client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Active" }));
  expect(await failure(s3.send(new ListBucketsCommand({})))).toBe("no error");
  await client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  const gone = client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Active" }));
  expect(await failure(gone)).toBe("NoSuchEntityException 404");
});

test("a key that was never used says so", async () => {
  const { accessKeyId } = await makeKey();
  const { AccessKeyLastUsed } = await client.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }));
  expect(AccessKeyLastUsed).toEqual({ ServiceName: "N/A", Region: "N/A" });
});

test("console sign-in is given, taken and given back", async () => {
  const get = () => client.send(new iam.GetLoginProfileCommand({ UserName }));
  await expect(get()).rejects.toBeInstanceOf(iam.NoSuchEntityException);
  const create = { UserName, Password: "correct-horse-9", PasswordResetRequired: true };
  await client.send(new iam.CreateLoginProfileCommand(create));
  expect((await get()).LoginProfile?.PasswordResetRequired).toBe(true);
  expect(await failure(client.send(new iam.CreateLoginProfileCommand(create)))).toBe(
    "EntityAlreadyExistsException 409",
  );
  await client.send(new iam.UpdateLoginProfileCommand({ UserName, PasswordResetRequired: false }));
  expect((await get()).LoginProfile?.PasswordResetRequired).toBe(false);
  await client.send(new iam.DeleteLoginProfileCommand({ UserName }));
  expect(await failure(client.send(new iam.DeleteLoginProfileCommand({ UserName })))).toBe("NoSuchEntityException 404");
  expect(JSON.stringify(sandbox.state.data)).not.toContain("correct-horse-9");
});

test("the quarantine policy is attached and detached; boundaries likewise", async () => {
  const PolicyArn = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3";
  const attached = async () =>
    (await client.send(new iam.ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies?.map(
      (p) => p.PolicyName,
    );
  await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
  await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
  expect(await attached()).toEqual(["AWSCompromisedKeyQuarantineV3"]);
  await client.send(new iam.DetachUserPolicyCommand({ UserName, PolicyArn }));
  expect(await attached()).toEqual([]);
  expect(await failure(client.send(new iam.DetachUserPolicyCommand({ UserName, PolicyArn })))).toBe(
    "NoSuchEntityException 404",
  );
  const none = new iam.AttachUserPolicyCommand({ UserName, PolicyArn: "arn:aws:iam::aws:policy/None" });
  expect(await failure(client.send(none))).toBe("NoSuchEntityException 404");
  const PermissionsBoundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  await client.send(new iam.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
  const { User } = await client.send(new iam.GetUserCommand({ UserName }));
  expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(PermissionsBoundary);
  await client.send(new iam.DeleteUserPermissionsBoundaryCommand({ UserName }));
  expect((await client.send(new iam.GetUserCommand({ UserName }))).User?.PermissionsBoundary).toBeUndefined();
});

test("groups: joined, listed, left", async () => {
  const group = { GroupName: "admins" };
  await client.send(new iam.CreateGroupCommand(group));
  await client.send(new iam.AddUserToGroupCommand({ ...group, UserName }));
  const { Groups } = await client.send(new iam.ListGroupsForUserCommand({ UserName }));
  expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(["admins"]);
  expect((await client.send(new iam.GetGroupCommand(group))).Users).toMatchObject([{ UserName }]);
  await expect(client.send(new iam.DeleteGroupCommand(group))).rejects.toBeInstanceOf(iam.DeleteConflictException);
  await client.send(new iam.RemoveUserFromGroupCommand({ ...group, UserName }));
  expect(await failure(client.send(new iam.RemoveUserFromGroupCommand({ ...group, UserName })))).toBe(
    "NoSuchEntityException 404",
  );
  await client.send(new iam.DeleteGroupCommand(group));
  await client.send(new iam.DeleteUserCommand({ UserName }));
  expect((await client.send(new iam.ListUsersCommand({}))).Users).toHaveLength(1);
});
