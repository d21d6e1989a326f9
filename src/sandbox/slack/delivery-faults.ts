import type { Delivery } from "./types.ts";

export const deliveryFaultKinds = [
  "duplicate",
  "parallel_retry",
  "replay",
  "reordered",
  "delayed",
  "old",
  "future",
  "wrong_signature",
  "tampered",
  "previous_secret",
] as const;

/** What can go wrong on the way from Slack to the bot (slack.md 5.6). */
export interface DeliveryFault {
  kind: (typeof deliveryFaultKinds)[number];
  /** Only deliveries of this kind; default any. */
  only?: Delivery["kind"];
  /** Milliseconds of delay, or seconds of age; defaults 100 ms, 301 s old, a day ahead. */
  value?: number;
  /** How many deliveries in a row it hits; default 1. */
  times?: number;
}

export interface DeliveryFaults {
  add(rule: DeliveryFault): void;
  clear(): void;
  /** The fault this delivery runs into, if any. */
  next(kind: Delivery["kind"]): DeliveryFault | undefined;
}

/** Rules used up one delivery at a time, in the order they were set. */
export function createDeliveryFaults(): DeliveryFaults {
  let rules: { rule: DeliveryFault; left: number }[] = [];
  return {
    add: (rule) => void rules.push({ rule, left: rule.times ?? 1 }),
    clear: () => void (rules = []),
    next(kind) {
      if (kind === "replay" || kind === "forged") return undefined;
      const hit = rules.find(({ rule, left }) => left > 0 && (rule.only === undefined || rule.only === kind));
      if (hit) hit.left -= 1;
      rules = rules.filter(({ left }) => left > 0);
      return hit?.rule;
    },
  };
}

/** Seconds added to the signature's time stamp. */
export function skewOf(fault: DeliveryFault | undefined): number | undefined {
  if (fault?.kind === "old") return -(fault.value ?? 301);
  if (fault?.kind === "future") return fault.value ?? 86_400;
  return undefined;
}
