import { AwsError } from "../aws-error.ts";
import type { AuthProblem } from "../signature.ts";

export const accessDenied = (message = "Access Denied"): AwsError => new AwsError("AccessDenied", 403, message);

export const noSuchBucket = (name: string): AwsError =>
  new AwsError("NoSuchBucket", 404, "The specified bucket does not exist", { BucketName: name });

export const malformedXml = (): AwsError =>
  new AwsError(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );

export const notImplemented = (what: string): AwsError =>
  new AwsError("NotImplemented", 501, "A header or query you provided implies functionality that is not implemented", {
    Header: what,
  });

/** How S3 words the ways a signature can fail. */
export const AUTH_ERRORS: Readonly<Record<AuthProblem, () => AwsError>> = {
  missing: accessDenied,
  malformed: () =>
    new AwsError("AuthorizationHeaderMalformed", 400, "The authorization header that you provided is not valid."),
  unknown_key: () =>
    new AwsError("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."),
  bad_token: () => new AwsError("InvalidToken", 400, "The provided token is malformed or otherwise invalid."),
  expired_token: () => new AwsError("ExpiredToken", 400, "The provided token has expired."),
  clock_skew: () =>
    new AwsError(
      "RequestTimeTooSkewed",
      403,
      "The difference between the request time and the current time is too large.",
    ),
  bad_signature: () =>
    new AwsError(
      "SignatureDoesNotMatch",
      403,
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    ),
  bad_payload_hash: () =>
    new AwsError(
      "XAmzContentSHA256Mismatch",
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ),
};
