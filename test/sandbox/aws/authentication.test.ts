import { GetBucketTaggingCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, s3Client, stsClient } from "./clients.ts";

let sandbox: AwsSandbox;
beforeEach(async () => {
  sandbox = await startAws();
});
afterEach(async () => {
  await sandbox.stop();
});

test("an unknown key is refused by each service in its own words", async () => {
  const unknown = { accessKeyId: "AKIAUNKNOWN000000000", secretAccessKey: "x" };
  expect(await failure(s3Client(sandbox, unknown).send(new ListBucketsCommand({})))).toBe("InvalidAccessKeyId 403");
  const call = stsClient(sandbox, unknown).send(new GetCallerIdentityCommand({}));
  expect(await failure(call)).toBe("InvalidClientTokenId 403");
});

test("a wrong secret does not match", async () => {
  const wrong = { accessKeyId: sandbox.accessKeyId, secretAccessKey: "wrong" };
  const call = s3Client(sandbox, wrong).send(new GetBucketTaggingCommand({ Bucket: "acme-logs" }));
  expect(await failure(call)).toBe("SignatureDoesNotMatch 403");
  const identity = stsClient(sandbox, wrong).send(new GetCallerIdentityCommand({}));
  expect(await failure(identity)).toBe("SignatureDoesNotMatch 403");
  expect(sandbox.calls().map((entry) => entry.errorCode)).toEqual(["SignatureDoesNotMatch", "SignatureDoesNotMatch"]);
});

test("a deactivated key is refused", async () => {
  const key = sandbox.state.defaultAccount.keys[0];
  if (key !== undefined) key.status = "Inactive";
  expect(await failure(s3Client(sandbox).send(new ListBucketsCommand({})))).toBe("InvalidAccessKeyId 403");
});

test("a request that was changed on its way does not match", async () => {
  const client = s3Client(sandbox);
  client.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as { path: string };
      request.path = "/acme-private";
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  const call = client.send(new GetBucketTaggingCommand({ Bucket: "acme-logs" }));
  expect(await failure(call)).toBe("SignatureDoesNotMatch 403");
});

test("unsigned and unreadable requests are refused", async () => {
  const unsigned = await fetch(sandbox.url, {
    method: "POST",
    body: new URLSearchParams({ Action: "GetCallerIdentity" }),
  });
  expect(unsigned.status).toBe(403);
  expect(await unsigned.text()).toContain("<Code>MissingAuthenticationToken</Code>");
  const odd = await fetch(`${sandbox.url}/acme-logs?acl`, { headers: { authorization: "Basic eDp5" } });
  expect(await odd.text()).toContain("<Code>AuthorizationHeaderMalformed</Code>");
  const other =
    "AWS4-HMAC-SHA256 Credential=AKIA/20270101/us-east-1/ec2/aws4_request, SignedHeaders=host, " +
    `Signature=${"0".repeat(64)}`;
  const ec2 = await fetch(`${sandbox.url}/`, { headers: { authorization: other } });
  expect(ec2.status).toBe(501);
});
