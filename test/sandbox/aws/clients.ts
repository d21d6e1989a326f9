import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

function configuration(sandbox: AwsSandbox, credentials: Credentials | undefined, maxAttempts: number) {
  return {
    endpoint: sandbox.endpoint,
    region: sandbox.region,
    credentials: credentials ?? { accessKeyId: sandbox.accessKeyId, secretAccessKey: sandbox.secretAccessKey },
    maxAttempts,
  };
}

/** The unmodified S3 client against a stand-in; one attempt unless told otherwise, so that tests see each answer. */
export function s3Client(sandbox: AwsSandbox, credentials?: Credentials, maxAttempts = 1): S3Client {
  return new S3Client({ ...configuration(sandbox, credentials, maxAttempts), forcePathStyle: true });
}

/** The unmodified STS client against a stand-in. */
export function stsClient(sandbox: AwsSandbox, credentials?: Credentials, maxAttempts = 1): STSClient {
  return new STSClient(configuration(sandbox, credentials, maxAttempts));
}

/**
 * The S3 Control client: it puts the account before the host, a name not every machine resolves, so the connection (not
 * the signed Host header) goes to the address itself.
 */
export function s3ControlClient(sandbox: AwsSandbox, credentials?: Credentials): S3ControlClient {
  const endpoint = sandbox.endpoint.replace("127.0.0.1", "localhost");
  const client = new S3ControlClient({ ...configuration(sandbox, credentials, 1), endpoint });
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { hostname: "127.0.0.1" });
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "toLoopback" },
  );
  return client;
}

/** The unmodified IAM client against a stand-in. */
export function iamClient(sandbox: AwsSandbox, credentials?: Credentials, maxAttempts = 1): IAMClient {
  return new IAMClient(configuration(sandbox, credentials, maxAttempts));
}

/** The unmodified Secrets Manager client against a stand-in. */
export function secretsClient(sandbox: AwsSandbox, credentials?: Credentials, maxAttempts = 1): SecretsManagerClient {
  return new SecretsManagerClient(configuration(sandbox, credentials, maxAttempts));
}

/** `name status` of the error a promise ends in. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return [name, $metadata?.httpStatusCode].filter((part) => part !== undefined).join(" ");
  }
  return "no error";
}
