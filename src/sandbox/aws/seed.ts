import { newKey, newRole, newUser } from "./iam/make.ts";
import { trustPolicy } from "./iam/trust.ts";
import { canonicalId } from "./identifiers.ts";
import type { Account, AwsData } from "./model.ts";
import { privateBucket, publicBucket, websiteBucket } from "./seeds/buckets.ts";

const ACCOUNT_ID = "123456789012";
const SECOND_ACCOUNT_ID = "210987654321";
const REGION = "us-east-1";

/** What a caller must repeat to assume `PolicyCortexRemediation`; not a secret, one value for each tenant. */
export const EXTERNAL_ID = "policycortex-sandbox";

/** The cloud of a first start: an account with a public, a half blocked and a private bucket, and a second one. */
export function firstState(now: Date): AwsData {
  const account = newAccount(ACCOUNT_ID, "acme");
  account.users.push(newUser("policycortex", now));
  account.keys.push(newKey("policycortex", now));
  account.roles.push(newRole("PolicyCortex", trustPolicy([ACCOUNT_ID], null), now), remediationRole(now));
  account.s3.buckets.push(publicBucket(account, now), websiteBucket(account, now), privateBucket(account, now));
  return { version: 2, region: REGION, defaultAccountId: ACCOUNT_ID, accounts: [account, secondAccount(now)] };
}

/** `acme-dev`: reached only by assuming its role with the external id. */
function secondAccount(now: Date): Account {
  const account = newAccount(SECOND_ACCOUNT_ID, "acme-dev");
  account.roles.push(remediationRole(now));
  return account;
}

function remediationRole(now: Date) {
  const trust = trustPolicy([`arn:aws:iam::${ACCOUNT_ID}:root`], EXTERNAL_ID);
  return { ...newRole("PolicyCortexRemediation", trust, now), description: "Assumed by PolicyCortex to fix findings" };
}

/** An account with nothing in it. */
export function newAccount(id: string, name: string): Account {
  return {
    id,
    canonicalId: canonicalId(id),
    name,
    users: [],
    keys: [],
    groups: [],
    roles: [],
    policies: [],
    passwordPolicy: null,
    sessions: [],
    publicAccessBlock: null,
    s3: { buckets: [] },
    secrets: [],
  };
}
