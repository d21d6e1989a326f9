import type { Account } from "../model.ts";
import { newBucket } from "../s3/bucket-operations.ts";
import type { Bucket, PublicAccessBlock } from "../s3/model.ts";
import { storedObject } from "../s3/object-operations.ts";

const REGION = "us-east-1";

/** `acme-logs`: no public access block, and a policy that lets everybody read beside a statement that is sound. */
export function publicBucket(account: Account, now: Date): Bucket {
  const policy = {
    Version: "2012-10-17",
    Statement: [
      publicRead("acme-logs"),
      {
        Sid: "LogDelivery",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::acme-logs/*",
        Condition: { StringEquals: { "aws:SourceAccount": account.id } },
      },
    ],
  };
  return {
    ...newBucket("acme-logs", REGION, now, account.canonicalId),
    publicAccessBlock: null,
    policy: JSON.stringify(policy, null, 2),
    ownership: "BucketOwnerPreferred",
    tags: [
      { Key: "Environment", Value: "production" },
      { Key: "Owner", Value: "olga@example.com" },
    ],
    objects: [storedObject("2027/01/access.log", Buffer.from("GET /checkout 200\n"), "text/plain", now)],
  };
}

/** `acme-website`: meant to be read by everybody; only one of the four flags is set. */
export function websiteBucket(account: Account, now: Date): Bucket {
  const page = Buffer.from("<!doctype html><title>Acme</title><p>Acme is open.\n");
  return {
    ...newBucket("acme-website", REGION, now, account.canonicalId),
    publicAccessBlock: { ...flags(false), BlockPublicAcls: true },
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [publicRead("acme-website")] }),
    tags: [{ Key: "Environment", Value: "dev" }],
    objects: [storedObject("index.html", page, "text/html", now)],
  };
}

/** `acme-private`: blocked as it should be. */
export function privateBucket(account: Account, now: Date): Bucket {
  return {
    ...newBucket("acme-private", REGION, now, account.canonicalId),
    publicAccessBlock: flags(true),
    tags: [{ Key: "Environment", Value: "production" }],
    objects: [storedObject("payroll.csv", Buffer.from("name,amount\n"), "text/csv", now)],
  };
}

function publicRead(bucket: string): Record<string, string> {
  return {
    Sid: "PublicRead",
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
}

function flags(value: boolean): PublicAccessBlock {
  return {
    BlockPublicAcls: value,
    IgnorePublicAcls: value,
    BlockPublicPolicy: value,
    RestrictPublicBuckets: value,
  };
}
