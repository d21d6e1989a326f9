import type { Account } from "./model.ts";
import type { AwsState } from "./state.ts";
import type { Lag } from "./switch-settings.ts";

/** The part of an account that a service writes. */
const SLICES: ReadonlyMap<string, readonly (keyof Account)[]> = new Map<string, readonly (keyof Account)[]>([
  ["iam", ["users", "keys", "groups", "roles", "policies", "passwordPolicy"]],
  ["s3", ["s3"]],
  ["s3control", ["publicAccessBlock"]],
  ["secretsmanager", ["secrets"]],
]);

/** What a service held just before one write. */
interface Snapshot {
  readonly at: number;
  readsLeft: number;
  /** Account id → its slice. */
  readonly slices: ReadonlyMap<string, Partial<Account>>;
}

/** Eventual consistency: while a service lags, reads see what was there before its newest writes. */
export class Consistency {
  readonly #kept = new Map<string, Snapshot[]>();

  /** Keeps what is there before a write; the function that is returned forgets it again, for a write that failed. */
  beforeWrite(state: AwsState, service: string, lag: Lag | undefined, now: number): () => void {
    const names = SLICES.get(service);
    if (lag === undefined || names === undefined) return () => undefined;
    const slices = new Map(state.data.accounts.map((account) => [account.id, structuredClone(slice(account, names))]));
    const kept = this.#kept.get(service) ?? [];
    const snapshot = { at: now, readsLeft: lag.reads ?? 0, slices };
    kept.push(snapshot);
    this.#kept.set(service, kept);
    return () => {
      kept.splice(kept.indexOf(snapshot), 1);
    };
  }

  /** The state as a read of that service sees it; `counts` is false for a look that is not a read. */
  view(state: AwsState, service: string, lag: Lag | undefined, now: number, counts = true): AwsState {
    const kept = this.#kept.get(service) ?? [];
    const seen = kept.find(({ at, readsLeft }) => lag !== undefined && (readsLeft > 0 || now < at + (lag.ms ?? 0)));
    if (seen === undefined) {
      this.#kept.delete(service);
      return state;
    }
    kept.splice(0, kept.indexOf(seen));
    if (counts) seen.readsLeft -= 1;
    return state.withAccounts(state.data.accounts.map((account) => ({ ...account, ...seen.slices.get(account.id) })));
  }
}

function slice(account: Account, names: readonly (keyof Account)[]): Partial<Account> {
  return Object.fromEntries(names.map((name) => [name, account[name]]));
}

/** Whether a call only reads, by its name in the API. */
export function isRead(action: string): boolean {
  return /^(?:Get|List|Head|Describe)/.test(action);
}
