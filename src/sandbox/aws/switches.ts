import type { Caller } from "./service.ts";
import { fits } from "./iam/policy-document.ts";
import { readSettings } from "./switch-settings.ts";
import type { SwitchSettings } from "./switch-settings.ts";

/** A bucket of tokens: full at `size`, filled again at the rate's speed. */
interface Tokens {
  left: number;
  at: number;
}

/** The switches that stay on until they are set again; `Faults` holds those that hit single calls. */
export class Switches {
  #settings: SwitchSettings;
  readonly #tokens = new Map<string, Tokens>();

  constructor(latencyMs: number) {
    this.#settings = { latencyMs, latency: {}, denials: [], lag: {}, rates: [] };
  }

  get settings(): SwitchSettings {
    return this.#settings;
  }

  /** Replaces the parts that are given and leaves the others; throws an Error that names the part that is wrong. */
  set(change: unknown): void {
    this.#settings = { ...this.#settings, ...readSettings(change) };
    this.#tokens.clear();
  }

  /** Everything off. */
  reset(): void {
    this.set({ latencyMs: 0, latency: {}, denials: [], lag: {}, rates: [] });
  }

  latencyOf(service: string): number {
    return this.#settings.latencyMs + (this.#settings.latency[service] ?? 0);
  }

  /** Whether this caller is denied a call that goes by any of these names (`s3:PutPublicAccessBlock`, …). */
  denies(caller: Caller, names: readonly string[]): boolean {
    const who = principalNames(caller.arn);
    return this.#settings.denials.some(
      ({ account = "*", principal = "*", action }) =>
        fits(account, caller.account.id) &&
        who.some((name) => fits(principal, name)) &&
        names.some((name) => fits(action, name, "i")),
    );
  }

  /** Takes a token of every rate that covers this account and service; false when one has none left. */
  admits(account: string, service: string, now: number): boolean {
    return this.#settings.rates
      .map((rate, index) => ({ rate, key: `${index} ${account} ${service}` }))
      .filter(({ rate }) => fits(rate.account ?? "*", account) && fits(rate.service, service))
      .every(({ rate, key }) => this.#take(key, rate.perSecond, rate.burst ?? Math.max(1, rate.perSecond), now));
  }

  #take(key: string, perSecond: number, size: number, now: number): boolean {
    const tokens = this.#tokens.get(key) ?? { left: size, at: now };
    tokens.left = Math.min(size, tokens.left + ((now - tokens.at) / 1000) * perSecond);
    tokens.at = now;
    this.#tokens.set(key, tokens);
    if (tokens.left < 1) return false;
    tokens.left -= 1;
    return true;
  }
}

/** The ARN, and the bare name of the user or role behind it. */
function principalNames(arn: string): readonly string[] {
  const [kind = "", ...rest] = arn.slice(arn.lastIndexOf(":") + 1).split("/");
  const name = (kind === "assumed-role" ? rest[0] : rest.at(-1)) ?? "";
  return [arn, name];
}
