import type { AccessKey } from "./iam/model.ts";
import type { Account, AwsData, Session } from "./model.ts";
import type { Bucket } from "./s3/model.ts";

/** When and for what a long-term key was used last. */
export interface KeyUse {
  readonly time: string;
  readonly service: string;
  readonly region: string;
}

/** The whole stand-in cloud in memory. Lists, not keyed objects: names come from outside and may be `__proto__`. */
export class AwsState {
  readonly data: AwsData;
  /** By access key id. Only in memory: a call that reads must not change the state. */
  readonly keyUses: Map<string, KeyUse>;
  readonly #onChange: () => void;

  constructor(data: AwsData, onChange: () => void = () => undefined, keyUses = new Map<string, KeyUse>()) {
    this.data = data;
    this.#onChange = onChange;
    this.keyUses = keyUses;
  }

  /** The same state with other accounts, as a reader that lags behind sees it. */
  withAccounts(accounts: Account[]): AwsState {
    return new AwsState({ ...this.data, accounts }, () => undefined, this.keyUses);
  }

  /** Tells the store that something changed; call it after changing `data` from outside a request. */
  touch(): void {
    this.#onChange();
  }

  /** The account everything is seeded in. */
  get defaultAccount(): Account {
    const account = this.account(this.data.defaultAccountId);
    if (account === undefined) throw new Error(`sandbox AWS: account ${this.data.defaultAccountId} is missing`);
    return account;
  }

  account(id: string): Account | undefined {
    return this.data.accounts.find((account) => account.id === id);
  }

  /** Bucket names are one space for all accounts, as on AWS. */
  bucket(name: string): { readonly account: Account; readonly bucket: Bucket } | undefined {
    for (const account of this.data.accounts) {
      const bucket = account.s3.buckets.find((candidate) => candidate.name === name);
      if (bucket !== undefined) return { account, bucket };
    }
    return undefined;
  }

  /** The long-term key or session behind an access key id. */
  credential(accessKeyId: string): { readonly account: Account; readonly holder: AccessKey | Session } | undefined {
    for (const account of this.data.accounts) {
      const holder = [...account.keys, ...account.sessions].find((item) => item.accessKeyId === accessKeyId);
      if (holder !== undefined) return { account, holder };
    }
    return undefined;
  }
}
