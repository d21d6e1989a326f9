import type { Account } from "../model.ts";
import type { CallContext, Caller } from "../service.ts";
import type { WireAnswer } from "../wire.ts";
import { payload } from "../wire.ts";
import type { XmlElement } from "../xml-read.ts";
import { parseXml } from "../xml-read.ts";
import { accessDenied, malformedXml, noSuchBucket } from "./errors.ts";
import type { Bucket } from "./model.ts";

export const S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** One S3 call: what its path names, and the rest of the request. */
export interface S3Call extends CallContext {
  readonly bucketName: string;
  readonly key: string;
}

export type S3Operation = (call: S3Call) => WireAnswer;

/** A bucket with the account that owns it. */
interface OwnedBucket {
  readonly account: Account;
  readonly bucket: Bucket;
}

/** The bucket a call names, after the checks that do not depend on who calls. */
export function existingBucket(call: S3Call): OwnedBucket {
  const found = call.state.bucket(call.bucketName);
  if (found === undefined) throw noSuchBucket(call.bucketName);
  const expected = call.request.headers["x-amz-expected-bucket-owner"];
  if (expected !== undefined && expected !== found.account.id) throw accessDenied();
  return found;
}

/** The bucket a call names, for a caller of the account that owns it. */
export function ownBucket(call: S3Call): OwnedBucket & { readonly caller: Caller } {
  const found = existingBucket(call);
  if (call.caller?.account.id !== found.account.id) throw accessDenied();
  return { ...found, caller: call.caller };
}

/** The body as XML whose root has that name. */
export function xmlBody(call: S3Call, root: string): XmlElement {
  const parsed = parseXml(payload(call.request).toString("utf8"));
  if (parsed?.name !== root) throw malformedXml();
  return parsed;
}
