import { coerceError, PolicyError, type ErrorCode } from "../../core/errors.ts";

/** A call as errors name it: the IAM action it needs, and what it is about. */
export interface AwsCall {
  /** Such as `s3:GetBucketTagging`: what a policy has to grant. */
  readonly permission: string;
  /** Such as `bucket acme-logs`. */
  readonly target: string;
}

const throttling = [
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "OperationAborted",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "ServiceUnavailable",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
];
const badCredentials = [
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidToken",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
];
const missing = ["NoSuchBucket", "NoSuchKey", "NoSuchEntity", "NoSuchEntityException", "NotFound"];

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/**
 * An error of the SDK as one of ours: throttling `provider_throttled`, a refusal of access or of the credentials
 * `missing_permission`, a missing target `not_found`, a lost or broken answer `provider_unknown` (a write may have
 * happened: read before doing anything), everything else `provider_refused`. The SDK's own error is not kept as the
 * cause: S3 repeats the access key id and the signed text inside it.
 */
export function awsFault(thrown: unknown, call: AwsCall): PolicyError {
  if (thrown instanceof PolicyError) return thrown;
  const error: SdkError = coerceError(thrown);
  const status = error.$metadata?.httpStatusCode;
  const id = error.$metadata?.requestId;
  const facts = [status === undefined ? "no answer" : `HTTP ${status}`, ...(id === undefined ? [] : [`request ${id}`])];
  const detail = redacted(error.message).slice(0, 300);
  const message = `AWS ${call.permission} on ${call.target}: ${error.name} (${facts.join(", ")})${detail === "" ? "" : `: ${detail}`}`;
  const { code, hint } = judge(error, status, call);
  return new PolicyError(code, message, hint === undefined ? {} : { hint });
}

function judge(
  { name, message }: Error,
  status: number | undefined,
  call: AwsCall,
): { code: ErrorCode; hint?: string } {
  if (throttling.includes(name) || status === 429) return { code: "provider_throttled" };
  if (name === "CredentialsProviderError" || message.startsWith("Region is missing"))
    return { code: "bad_config", hint: "set AWS_REGION and AWS credentials, as the SDK's default chain reads them" };
  if (badCredentials.includes(name)) return { code: "missing_permission", hint: "renew the bot's AWS credentials" };
  if (status === 403 || status === 401)
    return {
      code: "missing_permission",
      hint: `grant ${call.permission} to the bot's role, or check that ${call.target} is in the finding's account`,
    };
  if (missing.includes(name) || status === 404) return { code: "not_found" };
  if (status === 501) return { code: "provider_refused" };
  // An answer that is cut off carries its 200; a 5xx comes from anywhere between here and the effect.
  if (status === undefined || status < 300 || status >= 500)
    return { code: "provider_unknown", hint: `read ${call.target} to learn whether the call took effect` };
  if (status < 400) return { code: "provider_refused", hint: "check the region that the finding names" };
  return { code: "provider_refused" };
}

/** Access key ids and anything as long as a secret key or a session token. */
function redacted(text: string): string {
  return text.replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, "[access key]").replace(/[A-Za-z0-9/+=]{40,}/g, "[redacted]");
}
