/** The four flags of S3 Block Public Access. */
export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** One grant of a bucket ACL: to an account (its canonical id) or to one of the S3 groups (its URI). */
export interface Grant {
  readonly grantee: { readonly id: string } | { readonly uri: string };
  readonly permission: string;
}

export interface StoredObject {
  readonly key: string;
  readonly base64: string;
  readonly contentType: string;
  readonly etag: string;
  /** ISO 8601. */
  readonly modifiedAt: string;
}

export interface Bucket {
  readonly name: string;
  readonly region: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Null: never set, or deleted. */
  publicAccessBlock: PublicAccessBlock | null;
  /** The bytes that were put, as text. */
  policy: string | null;
  acl: BucketAcl;
  ownership: string | null;
  tags: { readonly Key: string; readonly Value: string }[];
  objects: StoredObject[];
}

export type BucketAcl = readonly Grant[];

export interface S3State {
  buckets: Bucket[];
}

/** The groups that make a grant public. */
export const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
export const AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
