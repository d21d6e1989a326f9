import * as acl from "./acl-operations.ts";
import * as bucket from "./bucket-operations.ts";
import * as object from "./object-operations.ts";
import type { S3Operation } from "./operation.ts";
import * as policy from "./policy-operations.ts";
import * as access from "./public-access-operations.ts";
import * as tags from "./tag-operations.ts";

/** What an S3 path names. */
export type Level = "service" | "bucket" | "object";

interface Route {
  readonly action: string;
  readonly operation: S3Operation;
}

/** `METHOD level subresource` → the call, by the names of the S3 API. */
const ROUTES: ReadonlyMap<string, Route> = new Map(
  Object.entries({
    "GET service": ["ListBuckets", bucket.listBuckets],
    "PUT bucket": ["CreateBucket", bucket.createBucket],
    "DELETE bucket": ["DeleteBucket", bucket.deleteBucket],
    "HEAD bucket": ["HeadBucket", bucket.headBucket],
    "GET bucket location": ["GetBucketLocation", bucket.getBucketLocation],
    "GET bucket publicAccessBlock": ["GetPublicAccessBlock", access.getPublicAccessBlock],
    "PUT bucket publicAccessBlock": ["PutPublicAccessBlock", access.putPublicAccessBlock],
    "DELETE bucket publicAccessBlock": ["DeletePublicAccessBlock", access.deletePublicAccessBlock],
    "GET bucket policy": ["GetBucketPolicy", policy.getBucketPolicy],
    "PUT bucket policy": ["PutBucketPolicy", policy.putBucketPolicy],
    "DELETE bucket policy": ["DeleteBucketPolicy", policy.deleteBucketPolicy],
    "GET bucket policyStatus": ["GetBucketPolicyStatus", policy.getBucketPolicyStatus],
    "GET bucket acl": ["GetBucketAcl", acl.getBucketAcl],
    "PUT bucket acl": ["PutBucketAcl", acl.putBucketAcl],
    "GET bucket ownershipControls": ["GetBucketOwnershipControls", acl.getBucketOwnershipControls],
    "PUT bucket ownershipControls": ["PutBucketOwnershipControls", acl.putBucketOwnershipControls],
    "DELETE bucket ownershipControls": ["DeleteBucketOwnershipControls", acl.deleteBucketOwnershipControls],
    "GET bucket tagging": ["GetBucketTagging", tags.getBucketTagging],
    "PUT bucket tagging": ["PutBucketTagging", tags.putBucketTagging],
    "DELETE bucket tagging": ["DeleteBucketTagging", tags.deleteBucketTagging],
    "HEAD object": ["HeadObject", object.headObject],
    "GET object": ["GetObject", object.getObject],
    "PUT object": ["PutObject", object.putObject],
    "DELETE object": ["DeleteObject", object.deleteObject],
  } satisfies Record<string, readonly [string, S3Operation]>).map(([key, [action, operation]]) => [
    key,
    { action, operation },
  ]),
);

/** Query names that change a call without naming another one. */
const PLAIN_PARAMETERS = ["x-id", "max-buckets", "continuation-token", "prefix", "bucket-region"];

/** The call a request makes; undefined for one this stand-in does not know, rather than a wrong one it does. */
export function route(method: string, level: Level, query: URLSearchParams): Route | undefined {
  const named = [...query.keys()].filter((name) => !PLAIN_PARAMETERS.includes(name));
  return ROUTES.get([method, level, ...named].join(" "));
}
