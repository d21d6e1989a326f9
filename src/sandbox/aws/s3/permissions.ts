/** The IAM actions whose names differ from the call's. */
const PERMISSIONS: ReadonlyMap<string, string> = new Map([
  ["ListBuckets", "s3:ListAllMyBuckets"],
  ["HeadBucket", "s3:ListBucket"],
  ["HeadObject", "s3:GetObject"],
  ["GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"],
  ["PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
  ["DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
  ["DeleteBucketTagging", "s3:PutBucketTagging"],
  ["DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls"],
]);

/** What a caller must be allowed for that S3 call. */
export function permissionFor(action: string): string {
  return PERMISSIONS.get(action) ?? `s3:${action}`;
}
