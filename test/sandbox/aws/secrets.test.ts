import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, secretsClient } from "./clients.ts";

let sandbox: AwsSandbox;
let secrets: ReturnType<typeof secretsClient>;
beforeEach(async () => {
  sandbox = await startAws();
  secrets = secretsClient(sandbox);
});
afterEach(async () => {
  secrets.destroy();
  await sandbox.stop();
});

const SecretId = "ci/key";
const create = (SecretString = "one") => secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
const value = async (VersionStage?: string) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId, ...(VersionStage && { VersionStage }) }))).SecretString;

test("a secret is made, described and read, by name and by ARN", async () => {
  const made = await create();
  expect(made.ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:ci\/key-[A-Z2-7]{6}$/);
  expect(await value()).toBe("one");
  const byArn = await secrets.send(new GetSecretValueCommand({ SecretId: made.ARN }));
  expect(byArn).toMatchObject({ Name: SecretId, VersionId: made.VersionId, VersionStages: ["AWSCURRENT"] });
  const described = await secrets.send(new DescribeSecretCommand({ SecretId }));
  expect(described.VersionIdsToStages).toEqual({ [made.VersionId ?? ""]: ["AWSCURRENT"] });
  expect(Math.abs((described.CreatedDate?.getTime() ?? 0) - Date.now())).toBeLessThan(5000);
  const bytes = new Uint8Array([0, 255, 7]);
  await secrets.send(new CreateSecretCommand({ Name: "binary", SecretBinary: bytes }));
  const read = await secrets.send(new GetSecretValueCommand({ SecretId: "binary" }));
  expect([...(read.SecretBinary ?? [])]).toEqual([...bytes]);
});

test("rotation: a pending version becomes current, and the old one previous; and back", async () => {
  const first = (await create()).VersionId;
  const put = { SecretId, SecretString: "two", VersionStages: ["AWSPENDING"] };
  const second = (await secrets.send(new PutSecretValueCommand(put))).VersionId;
  expect([await value(), await value("AWSPENDING")]).toEqual(["one", "two"]);
  const move = { SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: second };
  expect(await failure(secrets.send(new UpdateSecretVersionStageCommand(move)))).toBe("InvalidParameterException 400");
  await secrets.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: first }));
  expect([await value(), await value("AWSPREVIOUS")]).toEqual(["two", "one"]);
  const back = { ...move, MoveToVersionId: first, RemoveFromVersionId: second };
  await secrets.send(new UpdateSecretVersionStageCommand(back));
  expect([await value(), await value("AWSPREVIOUS")]).toEqual(["one", "two"]);
});

test("a call repeated with its token changes nothing; the same token for another value is refused", async () => {
  await create();
  const put = { SecretId, SecretString: "two", ClientRequestToken: "t".repeat(32) };
  const once = await secrets.send(new PutSecretValueCommand(put));
  expect((await secrets.send(new PutSecretValueCommand(put))).VersionId).toBe(once.VersionId);
  const other = new PutSecretValueCommand({ ...put, SecretString: "three" });
  await expect(secrets.send(other)).rejects.toBeInstanceOf(ResourceExistsException);
  const short = new PutSecretValueCommand({ ...put, ClientRequestToken: "short" });
  expect(await failure(secrets.send(short))).toBe("InvalidParameterException 400");
});

test("a deleted secret waits out its window, and can be restored in it", async () => {
  await create();
  const { DeletionDate } = await secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  expect(Math.round(((DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000)).toBe(7);
  await expect(secrets.send(new GetSecretValueCommand({ SecretId }))).rejects.toBeInstanceOf(InvalidRequestException);
  await expect(create()).rejects.toBeInstanceOf(InvalidRequestException);
  expect((await secrets.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  await secrets.send(new RestoreSecretCommand({ SecretId }));
  expect(await value()).toBe("one");
  const [secret] = sandbox.state.defaultAccount.secrets;
  Object.assign(secret ?? {}, { deletion: { askedAt: 0, endsAt: 1 } });
  expect(await failure(secrets.send(new RestoreSecretCommand({ SecretId })))).toBe("ResourceNotFoundException 400");
  expect(await failure(create("again"))).toBe("no error");
});

test("a forced deletion is for good; the window has its limits", async () => {
  await create();
  for (const RecoveryWindowInDays of [6, 31]) {
    const wrong = new DeleteSecretCommand({ SecretId, RecoveryWindowInDays });
    expect(await failure(secrets.send(wrong))).toBe("InvalidParameterException 400");
  }
  const force = { SecretId, ForceDeleteWithoutRecovery: true };
  expect(await failure(secrets.send(new DeleteSecretCommand({ ...force, RecoveryWindowInDays: 7 })))).toBe(
    "InvalidParameterException 400",
  );
  await secrets.send(new DeleteSecretCommand(force));
  expect(await failure(secrets.send(new DeleteSecretCommand(force)))).toBe("no error");
  await expect(secrets.send(new DescribeSecretCommand({ SecretId }))).rejects.toBeInstanceOf(ResourceNotFoundException);
});

test("errors come back as the SDK's own classes, and signatures are checked", async () => {
  await create();
  await expect(create("two")).rejects.toBeInstanceOf(ResourceExistsException);
  await expect(value("AWSPENDING")).rejects.toBeInstanceOf(ResourceNotFoundException);
  const stranger = secretsClient(sandbox, { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" });
  expect(await failure(stranger.send(new ListSecretsCommand({})))).toBe("UnrecognizedClientException 400");
  const forger = secretsClient(sandbox, { accessKeyId: sandbox.accessKeyId, secretAccessKey: "x" });
  expect(await failure(forger.send(new ListSecretsCommand({})))).toBe("InvalidSignatureException 400");
  sandbox.setFault({ kind: "throttle", service: "secretsmanager" });
  expect(await failure(secrets.send(new ListSecretsCommand({})))).toBe("ThrottlingException 400");
  expect(sandbox.calls()[0]).toMatchObject({ service: "secretsmanager", action: "CreateSecret", resource: SecretId });
});

test("what is no call of the service is refused in its own words", async () => {
  const target = (name: string, body: string) =>
    fetch(sandbox.url, { method: "POST", headers: { "x-amz-target": `secretsmanager.${name}` }, body });
  const unknown = await target("RotateSecret", "{}");
  expect([unknown.status, await unknown.json()]).toMatchObject([400, { __type: "UnknownOperationException" }]);
  const broken = await target("ListSecrets", "{");
  expect([broken.status, await broken.json()]).toMatchObject([400, { __type: "SerializationException" }]);
  const unsigned = await target("ListSecrets", "{}");
  expect(await unsigned.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
});
