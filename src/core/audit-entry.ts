import type { JsonObject } from "./json.ts";

/** One line of a subject's chain: `hash = sha256(canonical({subject, seq, at, action, actor, details, prev}))`. */
export interface AuditEntry {
  readonly tenantId: string;
  readonly subjectKind: "run" | "approval" | "tenant";
  readonly subjectId: string;
  readonly seq: number;
  readonly at: string;
  /** Dotted past tense: `run.started`, `vote.cast`, `remediation.action_executed`. */
  readonly action: string;
  /** `person:<id>`, `worker:<id>`, `credential:<name>`, `os:<user>` or `system`. */
  readonly actor: string;
  readonly details: JsonObject;
  readonly prev: string;
  readonly hash: string;
}

/** An entry before it has a place in the chain. */
export type AuditDraft = Pick<AuditEntry, "action" | "actor" | "details">;

/** The head of a chain that has no entry yet. */
export const emptyChain = { seq: 0, head: "0".repeat(64) } as const;
