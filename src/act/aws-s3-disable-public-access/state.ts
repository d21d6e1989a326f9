import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import { blockFlagNames, flagsFrom, type BlockFlags, type S3Bucket } from "../connectors/s3-bucket.ts";
import { samePolicy } from "./public-statements.ts";

/** What this action may change, exactly: `before` and `after` of its plan. */
export interface BucketState {
  /** Null: none set. */
  readonly public_access_block: BlockFlags | null;
  /** The text byte for byte, null without one; left out when it may not be read and is not to be changed. */
  readonly policy?: string | null;
}

const flag = z.boolean();
const BlockFlagsJson = z.strictObject({
  BlockPublicAcls: flag,
  IgnorePublicAcls: flag,
  BlockPublicPolicy: flag,
  RestrictPublicBuckets: flag,
});
const BucketStateJson = z.strictObject({
  public_access_block: BlockFlagsJson.nullable(),
  policy: z.string().nullable().exactOptional(),
});

export const allBlocked: BlockFlags = flagsFrom(() => true);

/** A stored `before` or `after` as state; throws when it is not one of this action's. */
export function stateOf(json: JsonObject): BucketState {
  return BucketStateJson.parse(json);
}

/** State as JSON for a plan. */
export function stateJson(state: BucketState): JsonObject {
  const { public_access_block: flags, policy } = state;
  return { public_access_block: flags === null ? null : { ...flags }, ...(policy === undefined ? {} : { policy }) };
}

/** Reads the parts that `like` holds. */
export async function readState(bucket: S3Bucket, like: BucketState): Promise<BucketState> {
  const [flags, policy] = await Promise.all([
    bucket.publicAccessBlock(),
    like.policy === undefined ? undefined : bucket.policy(),
  ]);
  return { public_access_block: flags, ...(policy === undefined ? {} : { policy }) };
}

export function sameFlags(one: BlockFlags | null, other: BlockFlags | null): boolean {
  if (one === null || other === null) return one === other;
  return blockFlagNames.every((name) => one[name] === other[name]);
}

export function sameState(one: BucketState, other: BucketState): boolean {
  return sameFlags(one.public_access_block, other.public_access_block) && sameStatePolicy(one, other);
}

export function sameStatePolicy(one: BucketState, other: BucketState): boolean {
  return samePolicy(one.policy ?? null, other.policy ?? null);
}

/**
 * The flags while a policy is put back that the wanted flags themselves would refuse: BlockPublicPolicy is off for a
 * moment, and RestrictPublicBuckets keeps the bucket closed meanwhile.
 */
export const bridge: BlockFlags = { ...allBlocked, BlockPublicPolicy: false };

/** Whether putting `before` back needs the bridge. */
export function needsBridge(before: BucketState, after: BucketState): boolean {
  return before.public_access_block?.BlockPublicPolicy === true && !sameStatePolicy(before, after);
}

/**
 * Whether a state is one that this action, stopped anywhere in execute or rollback, can have left behind. Each part is
 * then as before or as after; anything else was somebody else.
 */
export function isOurs(current: BucketState, before: BucketState, after: BucketState): boolean {
  const flags = current.public_access_block;
  const ours =
    sameFlags(flags, before.public_access_block) ||
    sameFlags(flags, after.public_access_block) ||
    (needsBridge(before, after) && sameFlags(flags, bridge));
  return ours && (sameStatePolicy(current, before) || sameStatePolicy(current, after));
}
