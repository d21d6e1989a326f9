import { arnOf } from "./iam/identities.ts";
import type { User } from "./iam/model.ts";
import type { Account } from "./model.ts";
import { exposure } from "./s3/exposure.ts";
import type { Bucket } from "./s3/model.ts";
import type { Secret } from "./secretsmanager/model.ts";
import { stagesOf } from "./secretsmanager/secrets.ts";
import type { AwsState } from "./state.ts";

/** What the page shows: no secret keys, no session tokens and no values of secrets. */
export function stateView(state: AwsState): unknown {
  return {
    region: state.data.region,
    accounts: state.data.accounts.map((account) => ({
      id: account.id,
      name: account.name,
      canonicalId: account.canonicalId,
      publicAccessBlock: account.publicAccessBlock,
      sessions: account.sessions.filter(({ expiresAt }) => expiresAt > Date.now()).length,
      buckets: account.s3.buckets.map((bucket) => bucketView(account, bucket)),
      users: account.users.map((user) => userView(state, account, user)),
      roles: account.roles.map((role) => ({ ...permissions(role), trustPolicy: role.trustPolicy })),
      secrets: account.secrets.map(secretView),
    })),
  };
}

function bucketView(account: Account, bucket: Bucket): unknown {
  const reasons = exposure(account, bucket);
  return {
    name: bucket.name,
    region: bucket.region,
    public: reasons.length > 0,
    reasons,
    publicAccessBlock: bucket.publicAccessBlock,
    policy: bucket.policy,
    acl: bucket.acl,
    ownership: bucket.ownership,
    tags: bucket.tags,
    objects: bucket.objects.map((object) => object.key),
  };
}

function userView(state: AwsState, account: Account, user: User): unknown {
  const keys = account.keys.filter((key) => key.user === user.name);
  return {
    ...permissions(user),
    arn: arnOf(account, "user", user),
    console: user.loginProfile !== null,
    groups: account.groups.filter(({ members }) => members.includes(user.name)).map(({ name }) => name),
    keys: keys.map(({ accessKeyId, status, createdAt }) => ({
      accessKeyId,
      status,
      createdAt,
      // To the minute: the page draws anew whenever anything differs.
      usedAt: state.keyUses.get(accessKeyId)?.time.slice(0, 16) ?? null,
    })),
  };
}

function permissions({ name, attached, inline, boundary }: Pick<User, "name" | "attached" | "inline" | "boundary">) {
  return { name, attached, inline: inline.map((policy) => policy.name), boundary };
}

function secretView(secret: Secret): unknown {
  const endsAt = secret.deletion === null ? null : new Date(secret.deletion.endsAt).toISOString();
  return { name: secret.name, versions: stagesOf(secret), endsAt };
}
