import { trustPolicy } from "./iam/trust.ts";
import type { Account, AwsData } from "./model.ts";

/** An account of a version 1 file: no groups, policies or secrets, and roles that trust by a list. */
interface OldAccount {
  readonly id: string;
  readonly canonicalId: string;
  readonly name: string;
  readonly users: readonly { readonly name: string; readonly userId: string }[];
  readonly keys: readonly Omit<Account["keys"][number], "createdAt">[];
  readonly roles: readonly {
    readonly name: string;
    readonly roleId: string;
    readonly trust: { readonly principals: readonly string[]; readonly externalId: string | null };
  }[];
  readonly sessions: Account["sessions"];
  readonly s3: Account["s3"];
}

/** The data of a version 1 file. */
export interface OldData {
  readonly version: 1;
  readonly region: string;
  readonly defaultAccountId: string;
  readonly accounts: readonly OldAccount[];
}

/** A version 1 state in the present shape; when things were made was not kept, so it is the day of the change. */
export function migrate(old: OldData, now: Date): AwsData {
  return { ...old, version: 2, accounts: old.accounts.map((account) => migrateAccount(account, now.toISOString())) };
}

function migrateAccount(old: OldAccount, createdAt: string): Account {
  const made = { path: "/", createdAt };
  return {
    ...old,
    users: old.users.map(({ name, userId }) => ({
      ...{ name, id: userId, ...made, ...permissions() },
      loginProfile: null,
    })),
    keys: old.keys.map((key) => ({ ...key, createdAt })),
    groups: [],
    roles: old.roles.map(({ name, roleId, trust }) => ({
      ...{ name, id: roleId, ...made, ...permissions() },
      description: "",
      maxSessionSeconds: 43_200,
      trustPolicy: trustPolicy(trust.principals, trust.externalId),
    })),
    policies: [],
    passwordPolicy: null,
    publicAccessBlock: null,
    secrets: [],
  };
}

function permissions() {
  return { inline: [], attached: [], boundary: null, tags: [] };
}
