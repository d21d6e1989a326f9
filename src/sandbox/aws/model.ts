import type { S3State } from "./s3/model.ts";

/** A user's long-term key. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly user: string;
  status: "Active" | "Inactive";
}

/** Who may assume a role. `externalId` is what a caller must repeat when it is set. */
interface RoleTrust {
  /** ARNs, account ids or `*`. */
  principals: string[];
  externalId: string | null;
}

/** A role of an account. */
export interface Role {
  readonly name: string;
  readonly roleId: string;
  trust: RoleTrust;
}

/** Temporary credentials that AssumeRole made. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly role: string;
  readonly roleId: string;
  readonly sessionName: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** One account and all it holds; a service that is added later adds a field of its own here. */
export interface Account {
  readonly id: string;
  readonly canonicalId: string;
  name: string;
  users: { readonly name: string; readonly userId: string }[];
  keys: AccessKey[];
  roles: Role[];
  sessions: Session[];
  s3: S3State;
}

/** What the state file holds. */
export interface AwsData {
  readonly version: 1;
  readonly region: string;
  readonly defaultAccountId: string;
  accounts: Account[];
}
