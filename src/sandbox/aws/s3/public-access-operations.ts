import { AwsError } from "../aws-error.ts";
import { emptyAnswer, xmlAnswer } from "../protocol/rest-xml.ts";
import type { XmlElement } from "../xml-read.ts";
import { childText } from "../xml-read.ts";
import { malformedXml } from "./errors.ts";
import type { PublicAccessBlock } from "./model.ts";
import type { S3Operation } from "./operation.ts";
import { ownBucket, S3_NAMESPACE, xmlBody } from "./operation.ts";

const ROOT = "PublicAccessBlockConfiguration";

export const getPublicAccessBlock: S3Operation = (call) => {
  const { bucket } = ownBucket(call);
  if (bucket.publicAccessBlock === null) {
    const message = "The public access block configuration was not found";
    throw new AwsError("NoSuchPublicAccessBlockConfiguration", 404, message, { BucketName: bucket.name });
  }
  return xmlAnswer(ROOT, S3_NAMESPACE, { ...bucket.publicAccessBlock });
};

/** PutPublicAccessBlock replaces all four flags: one that is left out becomes false. */
export const putPublicAccessBlock: S3Operation = (call) => {
  const { bucket } = ownBucket(call);
  const body = xmlBody(call, ROOT);
  bucket.publicAccessBlock = readBlock(body);
  return emptyAnswer(200);
};

/** The four flags of a body. */
export function readBlock(body: XmlElement): PublicAccessBlock {
  return {
    BlockPublicAcls: flag(body, "BlockPublicAcls"),
    IgnorePublicAcls: flag(body, "IgnorePublicAcls"),
    BlockPublicPolicy: flag(body, "BlockPublicPolicy"),
    RestrictPublicBuckets: flag(body, "RestrictPublicBuckets"),
  };
}

function flag(body: XmlElement, name: string): boolean {
  const text = (childText(body, name) ?? "false").trim().toLowerCase();
  if (text !== "true" && text !== "false") throw malformedXml();
  return text === "true";
}

/** DeletePublicAccessBlock: succeeds also when there is none. */
export const deletePublicAccessBlock: S3Operation = (call) => {
  ownBucket(call).bucket.publicAccessBlock = null;
  return emptyAnswer(204);
};
