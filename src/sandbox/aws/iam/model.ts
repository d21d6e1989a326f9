/** A policy document kept under a name, as the text that was put. */
export interface NamedDocument {
  readonly name: string;
  readonly document: string;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What users, groups and roles have in common. */
export interface Identity {
  readonly name: string;
  /** `AIDA…`, `AGPA…` or `AROA…`. */
  readonly id: string;
  readonly path: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Policies written on the identity itself. */
  inline: NamedDocument[];
  /** ARNs of managed policies. */
  attached: string[];
}

export interface User extends Identity {
  /** The ARN of the permissions boundary. */
  boundary: string | null;
  tags: Tag[];
  loginProfile: { readonly createdAt: string; passwordResetRequired: boolean } | null;
}

export interface Group extends Identity {
  /** Names of users. */
  members: string[];
}

export interface Role extends Identity {
  boundary: string | null;
  tags: Tag[];
  readonly description: string;
  readonly maxSessionSeconds: number;
  /** The trust policy, as it was put. */
  trustPolicy: string;
}

/** A user's long-term key. When it was last used is not kept in the state: reads would change it. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly user: string;
  readonly createdAt: string;
  status: "Active" | "Inactive";
}

export interface PolicyVersion {
  /** `v1`, `v2`, … */
  readonly id: string;
  readonly document: string;
  readonly createdAt: string;
}

/** A customer managed policy. */
export interface ManagedPolicy {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly description: string;
  readonly createdAt: string;
  versions: PolicyVersion[];
  defaultVersion: string;
  /** How many versions there ever were: ids are not used again. */
  made: number;
}

/** The account's password policy; names as in the API. */
export type PasswordPolicy = Readonly<Record<string, string | number | boolean>>;
