import {
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { awsFault } from "./aws-errors.ts";
import type { Guard } from "./resilience.ts";

/** The four flags of S3 Block Public Access, in AWS's order. */
export const blockFlagNames = [
  "BlockPublicAcls",
  "IgnorePublicAcls",
  "BlockPublicPolicy",
  "RestrictPublicBuckets",
] as const;
export type BlockFlags = Readonly<Record<(typeof blockFlagNames)[number], boolean>>;

const everybody = [
  "http://acs.amazonaws.com/groups/global/AllUsers",
  "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
];

/** Where a bucket's calls go, and the account that must own it. */
export interface BucketSite {
  readonly client: S3Client;
  readonly guard: Guard;
  readonly account: string;
  readonly signal: AbortSignal;
}

/**
 * One bucket of one account. Every call carries `ExpectedBucketOwner`, so that a name that went to another account in
 * the meantime is refused by AWS itself. All methods throw the PolicyErrors of `awsFault`; a bucket that does not exist
 * is `not_found`.
 */
export class S3Bucket {
  readonly name: string;
  /** The account that owns it. */
  readonly account: string;
  readonly #site: BucketSite;

  constructor(name: string, site: BucketSite) {
    this.name = name;
    this.account = site.account;
    this.#site = site;
  }

  /** Null: none set, which differs from four times false. */
  async publicAccessBlock(): Promise<BlockFlags | null> {
    const answer = await this.#read("GetBucketPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", (signal) =>
      this.#site.client.send(new GetPublicAccessBlockCommand(this.#who), { abortSignal: signal }),
    );
    const set = answer?.PublicAccessBlockConfiguration;
    return set === undefined ? null : flagsFrom((name) => set[name] === true);
  }

  async putPublicAccessBlock(flags: BlockFlags): Promise<void> {
    const command = new PutPublicAccessBlockCommand({ ...this.#who, PublicAccessBlockConfiguration: flags });
    await this.#write("PutBucketPublicAccessBlock", (signal) =>
      this.#site.client.send(command, { abortSignal: signal }),
    );
  }

  async deletePublicAccessBlock(): Promise<void> {
    // IAM has no permission of its own for the deletion.
    await this.#write("PutBucketPublicAccessBlock", (signal) =>
      this.#site.client.send(new DeletePublicAccessBlockCommand(this.#who), { abortSignal: signal }),
    );
  }

  /** The text exactly as AWS gives it; null without a policy. */
  async policy(): Promise<string | null> {
    const answer = await this.#read("GetBucketPolicy", "NoSuchBucketPolicy", (signal) =>
      this.#site.client.send(new GetBucketPolicyCommand(this.#who), { abortSignal: signal }),
    );
    return answer?.Policy ?? null;
  }

  async putPolicy(text: string): Promise<void> {
    const command = new PutBucketPolicyCommand({ ...this.#who, Policy: text });
    await this.#write("PutBucketPolicy", (signal) => this.#site.client.send(command, { abortSignal: signal }));
  }

  async deletePolicy(): Promise<void> {
    await this.#write("DeleteBucketPolicy", (signal) =>
      this.#site.client.send(new DeleteBucketPolicyCommand(this.#who), { abortSignal: signal }),
    );
  }

  /** Whether AWS judges the policy, taken alone, as public. */
  async policyIsPublic(): Promise<boolean> {
    const answer = await this.#read("GetBucketPolicyStatus", "NoSuchBucketPolicy", (signal) =>
      this.#site.client.send(new GetBucketPolicyStatusCommand(this.#who), { abortSignal: signal }),
    );
    return answer?.PolicyStatus?.IsPublic === true;
  }

  /** Whether the ACL, taken alone, grants anything to everybody or to every AWS account. */
  async aclIsPublic(): Promise<boolean> {
    const answer = await this.#read("GetBucketAcl", undefined, (signal) =>
      this.#site.client.send(new GetBucketAclCommand(this.#who), { abortSignal: signal }),
    );
    return (answer?.Grants ?? []).some(({ Grantee }) => everybody.includes(Grantee?.URI ?? ""));
  }

  async tags(): Promise<Readonly<Record<string, string>>> {
    const answer = await this.#read("GetBucketTagging", "NoSuchTagSet", (signal) =>
      this.#site.client.send(new GetBucketTaggingCommand(this.#who), { abortSignal: signal }),
    );
    return Object.fromEntries((answer?.TagSet ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
  }

  async servesWebsite(): Promise<boolean> {
    const answer = await this.#read("GetBucketWebsite", "NoSuchWebsiteConfiguration", (signal) =>
      this.#site.client.send(new GetBucketWebsiteCommand(this.#who), { abortSignal: signal }),
    );
    return answer !== undefined;
  }

  get #who(): { readonly Bucket: string; readonly ExpectedBucketOwner: string } {
    return { Bucket: this.name, ExpectedBucketOwner: this.#site.account };
  }

  /** Undefined when S3 answers that there is none of it. */
  #read<T>(
    permission: string,
    none: string | undefined,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    return this.#site.guard.read(async (signal) => {
      try {
        return await send(signal);
      } catch (error) {
        if (error instanceof Error && error.name === none) return undefined;
        throw awsFault(error, { permission: `s3:${permission}`, target: `bucket ${this.name}` });
      }
    }, this.#site.signal);
  }

  #write(permission: string, send: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
    return this.#site.guard.write(async (signal) => {
      try {
        return await send(signal);
      } catch (error) {
        throw awsFault(error, { permission: `s3:${permission}`, target: `bucket ${this.name}` });
      }
    }, this.#site.signal);
  }
}

/** Four flags, each from its name. */
export function flagsFrom(value: (name: keyof BlockFlags) => boolean): BlockFlags {
  return {
    BlockPublicAcls: value("BlockPublicAcls"),
    IgnorePublicAcls: value("IgnorePublicAcls"),
    BlockPublicPolicy: value("BlockPublicPolicy"),
    RestrictPublicBuckets: value("RestrictPublicBuckets"),
  };
}
