import type { Level } from "./level.ts";

/** What policy says of an event, with the rule that said it. */
export interface Decision {
  readonly path: "auto" | "approval" | "emergency" | "monitor";
  /** The rule, in words a person can look up: `required_for production_resources`, `no act scope`. */
  readonly rule: string;
  readonly reasons: readonly string[];
  readonly impact: Level;
}
