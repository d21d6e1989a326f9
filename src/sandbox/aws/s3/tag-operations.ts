import { AwsError } from "../aws-error.ts";
import { emptyAnswer, xmlAnswer } from "../protocol/rest-xml.ts";
import { childrenNamed, childText } from "../xml-read.ts";
import { malformedXml } from "./errors.ts";
import type { S3Operation } from "./operation.ts";
import { ownBucket, S3_NAMESPACE, xmlBody } from "./operation.ts";

export const getBucketTagging: S3Operation = (call) => {
  const { bucket } = ownBucket(call);
  if (bucket.tags.length === 0) {
    throw new AwsError("NoSuchTagSet", 404, "The TagSet does not exist", { BucketName: bucket.name });
  }
  return xmlAnswer("Tagging", S3_NAMESPACE, { TagSet: { Tag: bucket.tags.map((tag) => ({ ...tag })) } });
};

/** PutBucketTagging replaces the whole set. */
export const putBucketTagging: S3Operation = (call) => {
  const { bucket } = ownBucket(call);
  const set = childrenNamed(xmlBody(call, "Tagging"), "TagSet")[0];
  if (set === undefined) throw malformedXml();
  const tags = childrenNamed(set, "Tag").map((tag) => {
    const key = childText(tag, "Key");
    const value = childText(tag, "Value");
    if (key === undefined || value === undefined) throw malformedXml();
    if (key === "" || key.length > 128 || value.length > 256) {
      throw new AwsError("InvalidTag", 400, "The TagKey or TagValue you have provided is invalid");
    }
    return { Key: key, Value: value };
  });
  if (new Set(tags.map((tag) => tag.Key)).size !== tags.length) {
    throw new AwsError("InvalidTag", 400, "Cannot provide multiple Tags with the same key");
  }
  bucket.tags = tags;
  return emptyAnswer(204);
};

export const deleteBucketTagging: S3Operation = (call) => {
  ownBucket(call).bucket.tags = [];
  return emptyAnswer(204);
};
