import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ALL_USERS } from "../../../src/sandbox/aws/s3/model.ts";
import type { AwsSandbox } from "../../../src/sandbox/aws/server.ts";
import { startAws } from "../../../src/sandbox/aws/server.ts";
import { failure, s3Client } from "./clients.ts";

let sandbox: AwsSandbox;
let s3: ReturnType<typeof s3Client>;
beforeEach(async () => {
  sandbox = await startAws();
  s3 = s3Client(sandbox);
});
afterEach(async () => {
  s3.destroy();
  await sandbox.stop();
});

const NO_FLAGS = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};
const ALL_FLAGS = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

test("the first start has three buckets", async () => {
  const { Buckets, Owner } = await s3.send(new ListBucketsCommand({}));
  expect(Buckets?.map((bucket) => bucket.Name)).toEqual(["acme-logs", "acme-private", "acme-website"]);
  expect(Buckets?.[0]?.CreationDate).toBeInstanceOf(Date);
  expect(Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
  const website = await s3.send(new GetPublicAccessBlockCommand({ Bucket: "acme-website" }));
  expect(website.PublicAccessBlockConfiguration).toEqual({ ...NO_FLAGS, BlockPublicAcls: true });
  const priv = await s3.send(new GetPublicAccessBlockCommand({ Bucket: "acme-private" }));
  expect(priv.PublicAccessBlockConfiguration).toEqual(ALL_FLAGS);
});

test("a bucket is made, found and deleted", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "fresh" }));
  const head = await s3.send(new HeadBucketCommand({ Bucket: "fresh" }));
  expect(head.BucketRegion).toBe("us-east-1");
  const made = await s3.send(new GetPublicAccessBlockCommand({ Bucket: "fresh" }));
  expect(made.PublicAccessBlockConfiguration).toEqual(ALL_FLAGS);
  expect((await s3.send(new GetBucketLocationCommand({ Bucket: "fresh" }))).LocationConstraint).toBeUndefined();
  await s3.send(new DeleteBucketCommand({ Bucket: "fresh" }));
  expect(await failure(s3.send(new HeadBucketCommand({ Bucket: "fresh" })))).toBe("NotFound 404");
});

test("a bucket of another region says so and is not made twice", async () => {
  const create = { Bucket: "europe", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" as const } };
  await s3.send(new CreateBucketCommand(create));
  expect((await s3.send(new GetBucketLocationCommand({ Bucket: "europe" }))).LocationConstraint).toBe("eu-west-1");
  expect(await failure(s3.send(new CreateBucketCommand(create)))).toBe("BucketAlreadyOwnedByYou 409");
  expect(await failure(s3.send(new CreateBucketCommand({ Bucket: "No" })))).toBe("InvalidBucketName 400");
});

test("a bucket with objects is not deleted", async () => {
  expect(await failure(s3.send(new DeleteBucketCommand({ Bucket: "acme-private" })))).toBe("BucketNotEmpty 409");
  await s3.send(new DeleteObjectCommand({ Bucket: "acme-private", Key: "payroll.csv" }));
  await s3.send(new DeleteBucketCommand({ Bucket: "acme-private" }));
  expect(await failure(s3.send(new GetBucketAclCommand({ Bucket: "acme-private" })))).toBe("NoSuchBucket 404");
});

test("the public access block is read, replaced whole and deleted", async () => {
  const Bucket = "acme-logs";
  const read = new GetPublicAccessBlockCommand({ Bucket });
  expect(await failure(s3.send(read))).toBe("NoSuchPublicAccessBlockConfiguration 404");
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: ALL_FLAGS }));
  expect((await s3.send(read)).PublicAccessBlockConfiguration).toEqual(ALL_FLAGS);
  await s3.send(
    new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } }),
  );
  expect((await s3.send(read)).PublicAccessBlockConfiguration).toEqual({ ...NO_FLAGS, RestrictPublicBuckets: true });
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  expect(await failure(s3.send(read))).toBe("NoSuchPublicAccessBlockConfiguration 404");
});

test("tags are read, replaced and may be absent", async () => {
  const tags = await s3.send(new GetBucketTaggingCommand({ Bucket: "acme-logs" }));
  expect(tags.TagSet).toEqual([
    { Key: "Environment", Value: "production" },
    { Key: "Owner", Value: "olga@example.com" },
  ]);
  await s3.send(new CreateBucketCommand({ Bucket: "fresh" }));
  const read = new GetBucketTaggingCommand({ Bucket: "fresh" });
  expect(await failure(s3.send(read))).toBe("NoSuchTagSet 404");
  const TagSet = [{ Key: "a & <b> 'c' \"d\" é\u{1F512}", Value: "" }];
  await s3.send(new PutBucketTaggingCommand({ Bucket: "fresh", Tagging: { TagSet } }));
  expect((await s3.send(read)).TagSet).toEqual(TagSet);
  const twice = { TagSet: [...TagSet, ...TagSet] };
  const put = new PutBucketTaggingCommand({ Bucket: "fresh", Tagging: twice });
  expect(await failure(s3.send(put))).toBe("InvalidTag 400");
});

test("an ACL is canned or given as grants, and the block refuses a public one", async () => {
  const Bucket = "acme-logs";
  const before = await s3.send(new GetBucketAclCommand({ Bucket }));
  expect(before.Grants).toEqual([
    { Grantee: { Type: "CanonicalUser", ID: before.Owner?.ID }, Permission: "FULL_CONTROL" },
  ]);
  await s3.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" }));
  const after = await s3.send(new GetBucketAclCommand({ Bucket }));
  expect(after.Grants?.[1]).toEqual({ Grantee: { Type: "Group", URI: ALL_USERS }, Permission: "READ" });
  const restore = { Owner: before.Owner, Grants: before.Grants };
  await s3.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy: restore }));
  expect((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toEqual(before.Grants);
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: ALL_FLAGS }));
  expect(await failure(s3.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" })))).toBe("AccessDenied 403");
});

test("ownership controls turn ACLs off", async () => {
  const Bucket = "acme-logs";
  const read = new GetBucketOwnershipControlsCommand({ Bucket });
  const rule = (await s3.send(read)).OwnershipControls?.Rules?.[0];
  expect(rule?.ObjectOwnership).toBe("BucketOwnerPreferred");
  const OwnershipControls = { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" as const }] };
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  expect((await s3.send(read)).OwnershipControls).toEqual(OwnershipControls);
  const open = new PutBucketAclCommand({ Bucket, ACL: "public-read" });
  expect(await failure(s3.send(open))).toBe("AccessControlListNotSupported 400");
});

test("a wrong expected owner is refused", async () => {
  const Bucket = "acme-logs";
  const right = new GetBucketTaggingCommand({ Bucket, ExpectedBucketOwner: sandbox.accountId });
  expect((await s3.send(right)).TagSet).toHaveLength(2);
  const wrong = new GetBucketTaggingCommand({ Bucket, ExpectedBucketOwner: "999999999999" });
  expect(await failure(s3.send(wrong))).toBe("AccessDenied 403");
});

test("a call the stand-in does not know fails as such, not as another call", async () => {
  const unknown = new GetBucketVersioningCommand({ Bucket: "acme-logs" });
  expect(await failure(s3.send(unknown))).toBe("NotImplemented 501");
});
