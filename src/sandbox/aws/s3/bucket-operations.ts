import { AwsError } from "../aws-error.ts";
import { emptyAnswer, xmlAnswer } from "../protocol/rest-xml.ts";
import { signedCaller } from "../protocol/signed-caller.ts";
import { childText } from "../xml-read.ts";
import type { Bucket } from "./model.ts";
import type { S3Operation } from "./operation.ts";
import { ownBucket, S3_NAMESPACE, xmlBody } from "./operation.ts";

/** ListBuckets: the buckets of the caller's own account. */
export const listBuckets: S3Operation = (call) => {
  const { account } = signedCaller(call);
  const buckets = account.s3.buckets
    .map((bucket) => ({ Name: bucket.name, CreationDate: bucket.createdAt, BucketRegion: bucket.region }))
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
  return xmlAnswer("ListAllMyBucketsResult", S3_NAMESPACE, {
    Owner: { ID: account.canonicalId },
    Buckets: { Bucket: buckets },
  });
};

/** CreateBucket. Since April 2023 AWS blocks public access and disables ACLs on every new bucket. */
export const createBucket: S3Operation = (call) => {
  const { account } = signedCaller(call);
  const name = call.bucketName;
  if (!/^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
    throw new AwsError("InvalidBucketName", 400, "The specified bucket is not valid.", { BucketName: name });
  }
  const body = call.request.body.length > 0 ? xmlBody(call, "CreateBucketConfiguration") : undefined;
  const region = (body && childText(body, "LocationConstraint")) ?? "us-east-1";
  const location = { location: `/${name}` };
  const found = call.state.bucket(name);
  if (found === undefined) {
    account.s3.buckets.push(newBucket(name, region, call.now, account.canonicalId));
    return emptyAnswer(200, location);
  }
  if (found.account.id !== account.id) {
    throw new AwsError("BucketAlreadyExists", 409, "The requested bucket name is not available.", { BucketName: name });
  }
  // us-east-1 answers a repeated creation with success; the other regions refuse it.
  if (found.bucket.region === "us-east-1" && region === "us-east-1") return emptyAnswer(200, location);
  throw new AwsError("BucketAlreadyOwnedByYou", 409, "You already own this bucket.", { BucketName: name });
};

/** A bucket as AWS makes one. */
export function newBucket(name: string, region: string, now: Date, ownerId: string): Bucket {
  return {
    name,
    region,
    createdAt: now.toISOString(),
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    policy: null,
    acl: [{ grantee: { id: ownerId }, permission: "FULL_CONTROL" }],
    ownership: "BucketOwnerEnforced",
    tags: [],
    objects: [],
  };
}

/** DeleteBucket: only an empty one. */
export const deleteBucket: S3Operation = (call) => {
  const { account, bucket } = ownBucket(call);
  if (bucket.objects.length > 0) {
    throw new AwsError("BucketNotEmpty", 409, "The bucket you tried to delete is not empty", {
      BucketName: bucket.name,
    });
  }
  account.s3.buckets = account.s3.buckets.filter((other) => other !== bucket);
  return emptyAnswer(204);
};

export const headBucket: S3Operation = (call) =>
  emptyAnswer(200, { "x-amz-bucket-region": ownBucket(call).bucket.region });

/** GetBucketLocation: us-east-1 is an empty element, for reasons of history. */
export const getBucketLocation: S3Operation = (call) => {
  const { region } = ownBucket(call).bucket;
  const value = region === "us-east-1" ? {} : { "#text": region };
  return xmlAnswer("LocationConstraint", S3_NAMESPACE, value);
};
