import { callLints } from "./call-lints.ts";
import type { Evidence, Lint, LintOptions } from "./lint.ts";
import { messageLints } from "./message-lints.ts";

/** What a test asks at its end. */
export interface Oracle {
  /** Everything the bot did that Slack allows and good bots do not do. */
  lints(options?: LintOptions): Lint[];
  /** Throws with the list when there is any. */
  expectClean(options?: LintOptions): void;
}

/** Looks at the evidence anew each time it is asked. */
export function oracle(evidence: Evidence): Oracle {
  const lints = (options: LintOptions = {}) =>
    [...messageLints, ...callLints]
      .flatMap((look) => look(evidence, options))
      .filter(({ rule }) => options.ignore?.includes(rule) !== true);
  return {
    lints,
    expectClean(options) {
      const found = lints(options).map(({ rule, where, detail }) => `${rule} at ${where}: ${detail}`);
      if (found.length > 0) throw new Error(`the bot breaks ${found.length} rule(s):\n${found.join("\n")}`);
    },
  };
}
