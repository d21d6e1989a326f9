import type { ActionContext, ActionPlan, PlanChange } from "../../core/action.ts";
import { hasCode, PolicyError } from "../../core/errors.ts";
import { awsOf } from "../connectors/connectors.ts";
import { blockFlagNames, type S3Bucket } from "../connectors/s3-bucket.ts";
import type { Params } from "./params.ts";
import { withoutPublicStatements } from "./public-statements.ts";
import { allBlocked, sameState, stateJson, type BucketState } from "./state.ts";
import { blastRadius, factsOf } from "./facts.ts";

/** What was read; undefined where reading was refused. */
export interface Reading {
  readonly flags: BucketState["public_access_block"] | undefined;
  readonly policy: string | null | undefined;
  readonly policyIsPublic: boolean | undefined;
  readonly aclIsPublic: boolean | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly website: boolean | undefined;
  /** IAM actions that were refused. */
  readonly refused: readonly string[];
}

/**
 * Reads the bucket and says what would change; changes nothing.
 * @throws PolicyError `plan_unreadable` when the bucket is not there or what would change may not be read;
 * `account_mismatch`; `provider_throttled` or `provider_unknown` when AWS gives no answer.
 */
export async function plan(context: ActionContext<Params>): Promise<ActionPlan> {
  const { bucket_name: name, preserve_existing_policy: preserve } = context.params;
  const bucket = await awsOf(context).bucket(name, context);
  const reading = await readAll(bucket);
  const before = beforeOf(name, reading, preserve);
  const after = afterOf(name, before, reading, preserve);
  const policyChanges = before.policy !== after.policy;
  return {
    targets: [
      {
        provider: "aws",
        account: bucket.account,
        region: context.region ?? "",
        id: `arn:aws:s3:::${name}`,
        name,
        type: "AWS::S3::Bucket",
      },
    ],
    before: stateJson(before),
    after: stateJson(after),
    changes: changesBetween(before, after),
    changesSomething: !sameState(before, after),
    blastRadius: blastRadius(reading, !sameState(before, after)),
    missingPermissions: reading.refused,
    rollbackPlan: {
      available: true,
      estimated_duration_ms: 3_000,
      rollback_actions: ["restore_public_access_block", ...(policyChanges ? ["restore_bucket_policy"] : [])],
    },
    facts: factsOf(reading),
  };
}

async function readAll(bucket: S3Bucket): Promise<Reading> {
  const refused: string[] = [];
  const read = async <T>(permission: string, value: Promise<T>): Promise<T | undefined> => {
    try {
      return await value;
    } catch (error) {
      if (!hasCode(error, "missing_permission")) throw error;
      refused.push(permission);
      return undefined;
    }
  };
  try {
    const [flags, policy, policyIsPublic, aclIsPublic, tags, website] = await Promise.all([
      read("s3:GetBucketPublicAccessBlock", bucket.publicAccessBlock()),
      read("s3:GetBucketPolicy", bucket.policy()),
      read("s3:GetBucketPolicyStatus", bucket.policyIsPublic()),
      read("s3:GetBucketAcl", bucket.aclIsPublic()),
      read("s3:GetBucketTagging", bucket.tags()),
      read("s3:GetBucketWebsite", websiteOf(bucket)),
    ]);
    return { flags, policy, policyIsPublic, aclIsPublic, tags, website, refused: refused.sort() };
  } catch (error) {
    if (!hasCode(error, "not_found")) throw error;
    throw new PolicyError("plan_unreadable", `bucket ${bucket.name} does not exist in account ${bucket.account}`, {
      hint: "was it deleted, or is bucket_name misspelt?",
      cause: error,
    });
  }
}

/** Only a warning hangs on it, so that a stand-in which does not know websites is no obstacle. */
async function websiteOf(bucket: S3Bucket): Promise<boolean | undefined> {
  try {
    return await bucket.servesWebsite();
  } catch (error) {
    if (hasCode(error, "provider_refused")) return undefined;
    throw error;
  }
}

function beforeOf(name: string, reading: Reading, preserve: boolean): BucketState {
  const { flags, policy, refused } = reading;
  if (flags === undefined || (policy === undefined && !preserve))
    throw new PolicyError("plan_unreadable", `bucket ${name} may not be read: ${refused.join(", ")} refused`, {
      hint: "grant these to the bot's role, or check that the bucket is in the finding's account",
    });
  return { public_access_block: flags, ...(policy === undefined ? {} : { policy }) };
}

function afterOf(name: string, before: BucketState, reading: Reading, preserve: boolean): BucketState {
  const blocked = { ...before, public_access_block: allBlocked };
  if (preserve || typeof before.policy !== "string") return blocked;
  const { text, removed } = withoutPublicStatements(before.policy);
  if (removed === 0 && reading.policyIsPublic === true)
    throw new PolicyError(
      "plan_unreadable",
      `AWS calls the policy of ${name} public, but no statement of it is seen as such`,
      {
        hint: "use preserve_existing_policy: true, the block alone closes the bucket; then edit the policy by hand",
      },
    );
  return { ...blocked, policy: text };
}

function changesBetween(before: BucketState, after: BucketState): readonly PlanChange[] {
  const flags = blockFlagNames
    .map((field) => ({
      field,
      before: before.public_access_block?.[field] ?? "none set",
      after: after.public_access_block?.[field] ?? "none set",
    }))
    .filter((change) => change.before !== change.after);
  if (before.policy === after.policy) return flags;
  return [...flags, { field: "policy", before: before.policy ?? null, after: after.policy ?? null }];
}
