import type { AccessKey, Group, ManagedPolicy, PasswordPolicy, Role, User } from "./iam/model.ts";
import type { PublicAccessBlock, S3State } from "./s3/model.ts";
import type { Secret } from "./secretsmanager/model.ts";

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
  users: User[];
  keys: AccessKey[];
  groups: Group[];
  roles: Role[];
  policies: ManagedPolicy[];
  passwordPolicy: PasswordPolicy | null;
  sessions: Session[];
  /** S3 Block Public Access of the whole account; null: never set, or deleted. */
  publicAccessBlock: PublicAccessBlock | null;
  s3: S3State;
  secrets: Secret[];
}

/** What the state file holds. */
export interface AwsData {
  readonly version: 2;
  readonly region: string;
  readonly defaultAccountId: string;
  accounts: Account[];
}
