import { createHash } from "node:crypto";
import { AwsError } from "../aws-error.ts";
import type { Account } from "../model.ts";
import { emptyAnswer } from "../protocol/rest-xml.ts";
import { payload } from "../wire.ts";
import { accessDenied, notImplemented } from "./errors.ts";
import { allowsAnonymous, effectiveBlock, isPublicPolicy } from "./exposure.ts";
import type { Bucket, StoredObject } from "./model.ts";
import type { S3Call, S3Operation } from "./operation.ts";
import { existingBucket } from "./operation.ts";
import { parsePolicy } from "./policy-document.ts";

/** The bucket of an object call, if this caller may do that to the object. */
function permittedBucket(call: S3Call, action: string): Bucket {
  const { account, bucket } = existingBucket(call);
  if (call.caller?.account.id === account.id) return bucket;
  if (!openToAll(account, bucket, action, call.key)) throw accessDenied();
  return bucket;
}

/** Whether anybody at all may do this: the public statements of the policy, unless the bucket restricts them. */
function openToAll(account: Account, bucket: Bucket, action: string, key: string): boolean {
  if (bucket.policy === null) return false;
  const statements = parsePolicy(bucket.policy, bucket.name);
  if (effectiveBlock(account, bucket).RestrictPublicBuckets && isPublicPolicy(statements)) return false;
  return allowsAnonymous(statements, action, `arn:aws:s3:::${bucket.name}/${key}`);
}

function existingObject(call: S3Call): StoredObject {
  const bucket = permittedBucket(call, "s3:GetObject");
  const object = bucket.objects.find((candidate) => candidate.key === call.key);
  if (object !== undefined) return object;
  // Without the right to list, a missing key must not be told apart from a forbidden one.
  if (call.caller === null) throw accessDenied();
  throw new AwsError("NoSuchKey", 404, "The specified key does not exist.", { Key: call.key });
}

function objectHeaders(object: StoredObject): Record<string, string> {
  return {
    etag: object.etag,
    "content-type": object.contentType,
    "last-modified": new Date(object.modifiedAt).toUTCString(),
    // A stored object is somebody's upload: a browser that opens it must not run it as part of this page.
    "content-security-policy": "sandbox",
    "x-content-type-options": "nosniff",
  };
}

export const headObject: S3Operation = (call) => {
  const object = existingObject(call);
  const size = Buffer.from(object.base64, "base64").length;
  return emptyAnswer(200, { ...objectHeaders(object), "content-length": String(size) });
};

export const getObject: S3Operation = (call) => {
  const object = existingObject(call);
  return { status: 200, headers: objectHeaders(object), body: Buffer.from(object.base64, "base64") };
};

export const putObject: S3Operation = (call) => {
  const { headers } = call.request;
  const unknown = ["x-amz-acl", "x-amz-copy-source", "x-amz-tagging"].find((name) => headers[name] !== undefined);
  if (unknown !== undefined) throw notImplemented(unknown);
  const bucket = permittedBucket(call, "s3:PutObject");
  const object = storedObject(call.key, payload(call.request), headers["content-type"], call.now);
  bucket.objects = [...bucket.objects.filter((other) => other.key !== call.key), object];
  return emptyAnswer(200, { etag: object.etag });
};

/** An object as it is kept. */
export function storedObject(key: string, bytes: Buffer, contentType: string | undefined, now: Date): StoredObject {
  return {
    key,
    base64: bytes.toString("base64"),
    contentType: contentType ?? "binary/octet-stream",
    etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    modifiedAt: now.toISOString(),
  };
}

/** DeleteObject: succeeds also when there is none. */
export const deleteObject: S3Operation = (call) => {
  const bucket = permittedBucket(call, "s3:DeleteObject");
  bucket.objects = bucket.objects.filter((other) => other.key !== call.key);
  return emptyAnswer(204);
};
