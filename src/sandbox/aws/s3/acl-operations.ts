import { AwsError } from "../aws-error.ts";
import { emptyAnswer, xmlAnswer } from "../protocol/rest-xml.ts";
import type { XmlElement } from "../xml-read.ts";
import { childrenNamed, childText } from "../xml-read.ts";
import { accessDenied, malformedXml, notImplemented } from "./errors.ts";
import { effectiveBlock, isPublicAcl } from "./exposure.ts";
import type { BucketAcl, Grant } from "./model.ts";
import { ALL_USERS, AUTHENTICATED_USERS } from "./model.ts";
import type { S3Call, S3Operation } from "./operation.ts";
import { ownBucket, S3_NAMESPACE, xmlBody } from "./operation.ts";

const XSI = "http://www.w3.org/2001/XMLSchema-instance";

export const getBucketAcl: S3Operation = (call) => {
  const { account, bucket } = ownBucket(call);
  const grants = bucket.acl.map(({ grantee, permission }) => ({
    Grantee:
      "uri" in grantee
        ? { "@xmlns:xsi": XSI, "@xsi:type": "Group", URI: grantee.uri }
        : { "@xmlns:xsi": XSI, "@xsi:type": "CanonicalUser", ID: grantee.id },
    Permission: permission,
  }));
  return xmlAnswer("AccessControlPolicy", S3_NAMESPACE, {
    Owner: { ID: account.canonicalId },
    AccessControlList: { Grant: grants },
  });
};

/** PutBucketAcl: a canned ACL in a header, or the grants in the body. */
export const putBucketAcl: S3Operation = (call) => {
  const { account, bucket } = ownBucket(call);
  const acl = requestedAcl(call, account.canonicalId);
  const ownerOnly = acl.every(({ grantee }) => "id" in grantee && grantee.id === account.canonicalId);
  if (bucket.ownership === "BucketOwnerEnforced" && !ownerOnly) {
    throw new AwsError("AccessControlListNotSupported", 400, "The bucket does not allow ACLs", {
      BucketName: bucket.name,
    });
  }
  if (effectiveBlock(account, bucket).BlockPublicAcls && isPublicAcl(acl)) throw accessDenied();
  bucket.acl = acl;
  return emptyAnswer(200);
};

function requestedAcl(call: S3Call, ownerId: string): BucketAcl {
  const { headers } = call.request;
  const grantHeader = Object.keys(headers).find((name) => name.startsWith("x-amz-grant-"));
  if (grantHeader !== undefined) throw notImplemented(grantHeader);
  const canned = headers["x-amz-acl"];
  if (canned === undefined) {
    const lists = childrenNamed(xmlBody(call, "AccessControlPolicy"), "AccessControlList");
    return lists.flatMap((list) => childrenNamed(list, "Grant")).map(readGrant);
  }
  const groups = CANNED.get(canned);
  if (groups === undefined) throw new AwsError("InvalidArgument", 400, `Invalid x-amz-acl: ${canned}`);
  return [{ grantee: { id: ownerId }, permission: "FULL_CONTROL" }, ...groups];
}

const CANNED: ReadonlyMap<string, BucketAcl> = new Map([
  ["private", []],
  ["bucket-owner-full-control", []],
  ["public-read", [{ grantee: { uri: ALL_USERS }, permission: "READ" }]],
  [
    "public-read-write",
    [
      { grantee: { uri: ALL_USERS }, permission: "READ" },
      { grantee: { uri: ALL_USERS }, permission: "WRITE" },
    ],
  ],
  ["authenticated-read", [{ grantee: { uri: AUTHENTICATED_USERS }, permission: "READ" }]],
]);

const PERMISSIONS = ["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"];

function readGrant(grant: XmlElement): Grant {
  const grantee = childrenNamed(grant, "Grantee")[0];
  const permission = childText(grant, "Permission") ?? "";
  if (grantee === undefined || !PERMISSIONS.includes(permission)) throw malformedXml();
  const uri = childText(grantee, "URI");
  if (uri !== undefined) return { grantee: { uri }, permission };
  const id = childText(grantee, "ID");
  if (id === undefined) throw malformedXml();
  return { grantee: { id }, permission };
}

export const getBucketOwnershipControls: S3Operation = (call) => {
  const { bucket } = ownBucket(call);
  if (bucket.ownership === null) {
    const message = "The bucket ownership controls were not found";
    throw new AwsError("OwnershipControlsNotFoundError", 404, message, { BucketName: bucket.name });
  }
  return xmlAnswer("OwnershipControls", S3_NAMESPACE, { Rule: { ObjectOwnership: bucket.ownership } });
};

export const putBucketOwnershipControls: S3Operation = (call) => {
  const { account, bucket } = ownBucket(call);
  const rule = childrenNamed(xmlBody(call, "OwnershipControls"), "Rule")[0];
  const ownership = (rule && childText(rule, "ObjectOwnership")) ?? "";
  if (!["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"].includes(ownership)) throw malformedXml();
  const shared = bucket.acl.some(({ grantee }) => !("id" in grantee && grantee.id === account.canonicalId));
  if (ownership === "BucketOwnerEnforced" && shared) {
    const message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    throw new AwsError("InvalidBucketAclWithObjectOwnership", 400, message);
  }
  bucket.ownership = ownership;
  return emptyAnswer(200);
};

export const deleteBucketOwnershipControls: S3Operation = (call) => {
  ownBucket(call).bucket.ownership = null;
  return emptyAnswer(204);
};
