import { AwsError } from "../aws-error.ts";
import { emptyAnswer, xmlAnswer } from "../protocol/rest-xml.ts";
import { payload } from "../wire.ts";
import { accessDenied } from "./errors.ts";
import { effectiveBlock, hasPublicPolicy, isPublicPolicy } from "./exposure.ts";
import type { Bucket } from "./model.ts";
import type { S3Operation } from "./operation.ts";
import { ownBucket, S3_NAMESPACE } from "./operation.ts";
import { parsePolicy } from "./policy-document.ts";

/** GetBucketPolicy: the text exactly as it was put. */
export const getBucketPolicy: S3Operation = (call) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: requirePolicy(ownBucket(call).bucket),
});

function requirePolicy(bucket: Bucket): string {
  if (bucket.policy !== null) return bucket.policy;
  throw new AwsError("NoSuchBucketPolicy", 404, "The bucket policy does not exist", { BucketName: bucket.name });
}

export const putBucketPolicy: S3Operation = (call) => {
  const { account, bucket, caller } = ownBucket(call);
  const text = payload(call.request).toString("utf8");
  const statements = parsePolicy(text, bucket.name);
  if (effectiveBlock(account, bucket).BlockPublicPolicy && isPublicPolicy(statements)) {
    throw accessDenied(
      `User: ${caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket.name}" ` +
        "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
    );
  }
  bucket.policy = text;
  return emptyAnswer(204);
};

/** DeleteBucketPolicy: succeeds also when there is none. */
export const deleteBucketPolicy: S3Operation = (call) => {
  ownBucket(call).bucket.policy = null;
  return emptyAnswer(204);
};

/** GetBucketPolicyStatus judges the policy alone; a public access block does not change its answer. */
export const getBucketPolicyStatus: S3Operation = (call) => {
  const { bucket } = ownBucket(call);
  requirePolicy(bucket);
  return xmlAnswer("PolicyStatus", S3_NAMESPACE, { IsPublic: hasPublicPolicy(bucket) });
};
