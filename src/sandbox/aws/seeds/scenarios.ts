import { randomUUID } from "node:crypto";
import { newGroup, newKey, newUser } from "../iam/make.ts";
import { uniqueId } from "../identifiers.ts";
import type { Account } from "../model.ts";
import type { Bucket } from "../s3/model.ts";
import type { AwsState } from "../state.ts";
import { publicBucket, websiteBucket } from "./buckets.ts";

export const SEED_NAMES = ["public-bucket", "website-bucket", "leaked-key", "admin-user", "empty"] as const;

/** A situation to start from, made anew in the default account; everything it does not name stays. */
export type SeedName = (typeof SEED_NAMES)[number];

const SEEDS: Readonly<Record<SeedName, (state: AwsState, now: Date) => void>> = {
  "public-bucket": (state, now) => replaceBucket(state, publicBucket(state.defaultAccount, now)),
  "website-bucket": (state, now) => replaceBucket(state, websiteBucket(state.defaultAccount, now)),
  "leaked-key": (state, now) => leakKey(state.defaultAccount, state.data.region, now),
  "admin-user": (state, now) => addAdministrator(state.defaultAccount, now),
  empty: (state) => state.data.accounts.forEach(clear),
};

/** Makes a scenario; false when there is none of that name. */
export function seedScenario(state: AwsState, name: string, now: Date): boolean {
  const known = SEED_NAMES.find((candidate) => candidate === name);
  if (known === undefined) return false;
  SEEDS[known](state, now);
  state.touch();
  return true;
}

function replaceBucket(state: AwsState, bucket: Bucket): void {
  for (const other of state.data.accounts) {
    other.s3.buckets = other.s3.buckets.filter(({ name }) => name !== bucket.name);
  }
  // The scenario is about the bucket: a block of the whole account would hide it.
  state.defaultAccount.publicAccessBlock = null;
  state.defaultAccount.s3.buckets.push(bucket);
}

const LONG_AGO_MS = 400 * 86_400_000;

/** `ci-deploy`: one key, 400 days old, that is also kept as a secret for the pipeline that uses it. */
function leakKey(account: Account, region: string, now: Date): void {
  forgetUser(account, "ci-deploy");
  const old = new Date(now.getTime() - LONG_AGO_MS);
  const key = newKey("ci-deploy", old);
  account.keys.push(key);
  account.users.push({
    ...newUser("ci-deploy", old),
    inline: [{ name: "deploy", document: allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::acme-website/*") }],
    tags: [{ Key: "Owner", Value: "olga@example.com" }],
  });
  const name = "ci-deploy/access-key";
  const text = JSON.stringify({ accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey });
  account.secrets = account.secrets.filter((secret) => secret.name !== name);
  account.secrets.push({
    arn: `arn:aws:secretsmanager:${region}:${account.id}:secret:${name}-${uniqueId("", 6)}`,
    name,
    description: "The key the pipeline signs with",
    tags: [],
    createdAt: old.getTime(),
    changedAt: old.getTime(),
    deletion: null,
    versions: [{ id: randomUUID(), stages: ["AWSCURRENT"], text, binary: null, createdAt: old.getTime() }],
  });
}

/** `dana`: may do everything, by a policy of her own and by her group, and signs in to the console. */
function addAdministrator(account: Account, now: Date): void {
  forgetUser(account, "dana");
  const administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
  account.users.push({
    ...newUser("dana", now),
    attached: [administrator],
    loginProfile: { createdAt: now.toISOString(), passwordResetRequired: false },
    tags: [{ Key: "Department", Value: "Finance" }],
  });
  const group = account.groups.find(({ name }) => name === "admins") ?? newGroup("admins", now);
  account.groups = [...account.groups.filter((other) => other !== group), group];
  group.attached = [administrator];
  group.members = [...group.members, "dana"];
}

function forgetUser(account: Account, name: string): void {
  account.users = account.users.filter((user) => user.name !== name);
  account.keys = account.keys.filter((key) => key.user !== name);
  for (const group of account.groups) group.members = group.members.filter((member) => member !== name);
}

/** Only what the bot itself needs is left: its user with its keys, and the roles it assumes. */
function clear(account: Account): void {
  account.users = account.users.filter(({ name }) => name === "policycortex");
  account.keys = account.keys.filter(({ user }) => user === "policycortex");
  account.roles = account.roles.filter(({ name }) => name.startsWith("PolicyCortex"));
  Object.assign(account, { groups: [], policies: [], passwordPolicy: null, publicAccessBlock: null, secrets: [] });
  account.s3.buckets = [];
}

function allow(actions: readonly string[], resource: string): string {
  const statement = { Effect: "Allow", Action: actions, Resource: resource };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
