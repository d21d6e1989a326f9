import type { Fault, JsonObject } from "./types.ts";

/** Rules that make chosen calls go wrong (slack.md 5.6). */
export interface Faults {
  add(rule: Fault): void;
  clear(): void;
  /** The fault this call runs into, if any; counts the call for every rule that matches it. */
  next(method: string, args: JsonObject): Fault | undefined;
}

/** A list of rules; each counts its own matching calls from the moment it is set. */
export function createFaults(): Faults {
  let rules: { rule: Fault; seen: number }[] = [];
  return {
    add: (rule) => void rules.push({ rule, seen: 0 }),
    clear: () => void (rules = []),
    next(method, args) {
      let hit: Fault | undefined;
      for (const entry of rules) {
        const { rule } = entry;
        if (rule.method !== method || (rule.channel !== undefined && rule.channel !== args["channel"])) continue;
        entry.seen += 1;
        const first = rule.nth ?? 1;
        if (entry.seen >= first && entry.seen < first + (rule.times ?? 1)) hit ??= rule;
      }
      return hit;
    },
  };
}
