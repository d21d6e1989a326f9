/** A fault to inject: it hits `times` matching calls, starting with the `nth` one after it was set. */
export interface FaultRule {
  /** `s3`, `sts`; any service when absent. */
  service?: string;
  /** The API's name of the call, such as `PutPublicAccessBlock`; any call when absent. */
  action?: string;
  /** 1 when absent. */
  nth?: number;
  /** 1 when absent; `Infinity` until cleared. */
  times?: number;
  /** `drop_before` loses the request, `drop_after` loses only the answer: the effect happened. */
  kind: "error" | "throttle" | "drop_after" | "drop_before" | "delay";
  /** The wire code of an `error` or `throttle`. */
  code?: string;
  /** The HTTP status of an `error` or `throttle`. */
  status?: number;
  /** How long a `delay` takes. */
  ms?: number;
}

/** The switches that make the stand-in misbehave. */
export class Faults {
  #rules: { readonly rule: FaultRule; seen: number }[] = [];

  set(rule: FaultRule): void {
    this.#rules.push({ rule, seen: 0 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault for this call, if one is due; every matching rule counts the call, the first due one acts. */
  next(service: string, action: string): FaultRule | undefined {
    let due: FaultRule | undefined;
    for (const entry of this.#rules) {
      const { rule } = entry;
      if ((rule.service ?? service) !== service || (rule.action ?? action) !== action) continue;
      entry.seen += 1;
      const first = rule.nth ?? 1;
      if (entry.seen >= first && entry.seen < first + (rule.times ?? 1)) due ??= rule;
    }
    return due;
  }
}
