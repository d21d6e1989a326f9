import type { Json } from "../core/json.ts";
import type { Level } from "../core/level.ts";
import type { RoleBinding } from "../core/ports.ts";
import type { Permission } from "./policy-schemas.ts";
import type { RemediationPolicy } from "./remediation-policies.ts";
import type { Settings } from "./settings.ts";
import type { Positions } from "./source.ts";

export interface MatrixRow {
  readonly approvers: readonly string[];
  readonly requiredApprovals: number;
  /** Milliseconds after which more people are asked. */
  readonly escalationTimeoutMs?: number;
  readonly escalateTo?: readonly string[];
}
/** `approval_matrix:` by impact. */
export type Matrix = Readonly<Partial<Record<Level, MatrixRow>>>;

/** A role name as some document used it, to be checked once all roles are known. */
export interface RoleUse {
  readonly role: string;
  readonly positions: Positions;
  readonly path: readonly PropertyKey[];
}

/** One stage of an approval chain (workflow seed). */
export interface ChainStage {
  readonly name: string;
  readonly approvers: readonly string[];
  readonly requiredApprovals: number;
  /** An expression; the stage is skipped when it is certainly false, required when it cannot be known. */
  readonly condition?: string;
  /** Milliseconds this stage may take. */
  readonly timeoutMs?: number;
  /** Where the document says it, for problems. */
  readonly path: readonly PropertyKey[];
}
export interface Chain {
  readonly stages: readonly ChainStage[];
  readonly positions: Positions;
}

/** What the documents that are not workflows say, before workflows are read against it. */
export interface PolicyDocuments {
  readonly roles: ReadonlyMap<string, RoleBinding>;
  readonly conditions: ReadonlyMap<string, string>;
  readonly matrix: Matrix | undefined;
  readonly matrixPositions: Positions | undefined;
  /** Undefined when no document has any: then nothing is decided by them. */
  readonly remediation: readonly RemediationPolicy[] | undefined;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly permissions: Readonly<Record<Permission, readonly string[]>>;
  /** Control id or finding type → policy name, as written. */
  readonly policyNames: ReadonlyMap<string, string>;
  readonly settings: Settings;
  /** The accepted documents as they were written, for the digest. */
  readonly written: { readonly [key: string]: Json };
}
