import type {
  ActionContext,
  ActionPlan,
  ActionResult,
  RollbackResult,
  ValidationResult,
  VerifyResult,
} from "../../core/action.ts";
import { hasCode, PolicyError } from "../../core/errors.ts";
import { canonicalJson } from "../../core/json.ts";
import { awsOf } from "../connectors/connectors.ts";
import type { BlockFlags, S3Bucket } from "../connectors/s3-bucket.ts";
import type { Params } from "./params.ts";
import { settled } from "./settled.ts";
import {
  allBlocked,
  bridge,
  isOurs,
  needsBridge,
  readState,
  sameFlags,
  sameState,
  sameStatePolicy,
  stateJson,
  stateOf,
  type BucketState,
} from "./state.ts";

type Context = ActionContext<Params>;

/**
 * A12: "validate() at execution compares the recorded preconditions; stop". The account and the bucket are still there,
 * its tags are those the approval was decided on, and it is as planned, or as this action may have left it half way.
 */
export async function validate(context: Context, plan: ActionPlan): Promise<ValidationResult> {
  const { before, after } = statesOf(plan);
  const name = context.params.bucket_name;
  try {
    const bucket = await awsOf(context).bucket(name, context);
    const planned = plan.facts["tags"];
    const [current, tags] = await Promise.all([
      readState(bucket, before),
      planned === undefined ? undefined : bucket.tags(),
    ]);
    const reasons: string[] = [];
    if (!isOurs(current, before, after)) reasons.push(`bucket ${name} is not as planned any more: changed by somebody`);
    if (tags !== undefined && canonicalJson(tags) !== canonicalJson(planned))
      reasons.push(`the tags of bucket ${name} are not those of the plan`);
    return { valid: reasons.length === 0, reasons };
  } catch (error) {
    if (!hasCode(error, "not_found", "account_mismatch", "missing_permission")) throw error;
    return { valid: false, reasons: [error.message] };
  }
}

/**
 * Sets the four flags, then the policy: the block closes the bucket at once, whatever happens after it.
 * Repeating it is harmless. `output.changed` is false when there was nothing left to do.
 * @throws PolicyError `plan_drifted` when somebody changed the bucket since the plan; the connector's errors.
 */
export async function execute(context: Context, plan: ActionPlan): Promise<ActionResult> {
  const { before, after } = statesOf(plan);
  const name = context.params.bucket_name;
  const bucket = await awsOf(context).bucket(name, context);
  const current = await readState(bucket, before);
  const affected = { affected_systems: [`arn:aws:s3:::${name}`] };
  if (sameState(current, after)) {
    const message = `nothing to do: public access of bucket ${name} is blocked already`;
    return { status: "success", message, ...affected, output: { changed: false } };
  }
  if (!isOurs(current, before, after))
    throw new PolicyError("plan_drifted", `bucket ${name} was changed by somebody since it was planned`, {
      hint: "plan and approve it anew",
    });
  if (!sameFlags(current.public_access_block, allBlocked)) await bucket.putPublicAccessBlock(allBlocked);
  if (!sameStatePolicy(current, after)) await putPolicy(bucket, after);
  const message = `public access of bucket ${name} is blocked${after.policy === before.policy ? "" : " and its public policy statements are removed"}`;
  return { status: "success", message, ...affected, output: { changed: true } };
}

/** Security Hub S3.2, S3.3, S3.8: all four flags are set; and the policy is as planned. Read again for up to 4 s. */
export async function verify(context: Context, plan: ActionPlan): Promise<VerifyResult> {
  const { after } = statesOf(plan);
  const name = context.params.bucket_name;
  const bucket = await awsOf(context).bucket(name, context);
  const strict = !context.params.preserve_existing_policy;
  const read = async () => {
    const [state, policyIsPublic] = await Promise.all([readState(bucket, after), policyStatus(bucket, strict)]);
    return { state, policyIsPublic };
  };
  const { state, policyIsPublic } = await settled(
    read,
    (found) => sameState(found.state, after) && !(strict && found.policyIsPublic === true),
    context,
  );
  const proven = sameState(state, after) && !(strict && policyIsPublic === true);
  return {
    status: proven ? "success" : "failed",
    message: proven ? `bucket ${name} blocks public access` : `bucket ${name} is not as the plan wants it`,
    evidence: {
      public_access_block: stateJson(state)["public_access_block"] ?? "none set",
      policy_matches_plan: sameStatePolicy(state, after),
      policy_is_public: policyIsPublic ?? "not readable",
    },
  };
}

/** Evidence only where the policy is left alone; proof where its statements were removed. */
async function policyStatus(bucket: S3Bucket, required: boolean): Promise<boolean | undefined> {
  try {
    return await bucket.policyIsPublic();
  } catch (error) {
    if (required || !hasCode(error, "missing_permission")) throw error;
    return undefined;
  }
}

/**
 * Puts back exactly what the plan found: the flags, or none, and the policy's bytes.
 * Refused when the bucket is neither as before nor as this action left it, for then somebody relies on the change.
 */
export async function rollback(context: Context, plan: ActionPlan): Promise<RollbackResult> {
  const { before, after } = statesOf(plan);
  const name = context.params.bucket_name;
  const bucket = await awsOf(context).bucket(name, context);
  let current: BucketState;
  try {
    current = await readState(bucket, before);
  } catch (error) {
    if (!hasCode(error, "not_found")) throw error;
    return { status: "refused", message: `bucket ${name} was deleted since by somebody` };
  }
  if (sameState(current, before)) return { status: "success", message: `nothing to do: bucket ${name} is as before` };
  if (!isOurs(current, before, after))
    return { status: "refused", message: `bucket ${name} was changed since by somebody: nothing was put back` };
  await restore(bucket, current, before, after, context);
  const found = await settled(
    () => readState(bucket, before),
    (state) => sameState(state, before),
    context,
  );
  return sameState(found, before)
    ? { status: "success", message: `bucket ${name} is exactly as before` }
    : { status: "failed", message: `bucket ${name} was put back, but does not read as before` };
}

async function restore(
  bucket: S3Bucket,
  current: BucketState,
  before: BucketState,
  after: BucketState,
  context: Context,
): Promise<void> {
  const policyDiffers = !sameStatePolicy(current, before);
  // A block that refuses public policies would refuse the old one.
  const first = policyDiffers && needsBridge(before, after) ? bridge : before.public_access_block;
  if (!sameFlags(current.public_access_block, first)) await putFlags(bucket, first);
  if (policyDiffers) {
    await settled(
      () => bucket.publicAccessBlock(),
      (flags) => sameFlags(flags, first),
      context,
    );
    await putPolicy(bucket, before);
  }
  if (!sameFlags(first, before.public_access_block)) await putFlags(bucket, before.public_access_block);
}

function putFlags(bucket: S3Bucket, flags: BlockFlags | null): Promise<void> {
  return flags === null ? bucket.deletePublicAccessBlock() : bucket.putPublicAccessBlock(flags);
}

function putPolicy(bucket: S3Bucket, { policy }: BucketState): Promise<void> {
  return typeof policy === "string" ? bucket.putPolicy(policy) : bucket.deletePolicy();
}

function statesOf(plan: ActionPlan): { readonly before: BucketState; readonly after: BucketState } {
  return { before: stateOf(plan.before), after: stateOf(plan.after) };
}
