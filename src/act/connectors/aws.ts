import { S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { ActionContext } from "../../core/action.ts";
import type { Clock } from "../../core/clock.ts";
import { PolicyError } from "../../core/errors.ts";
import { awsFault } from "./aws-errors.ts";
import { createGuards } from "./resilience.ts";
import { S3Bucket } from "./s3-bucket.ts";

/** What is left out comes from the SDK's default chain (environment, shared files, roles). */
export interface AwsConfig {
  /** Another place for every service, such as the sandbox. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** Milliseconds an answer of GetCallerIdentity is believed. */
const identityMs = 60_000;

type Place = Pick<ActionContext, "account" | "region" | "signal">;

/** AWS as actions see it: no SDK types, one guard per account, nothing without the right account. */
export class AwsConnector {
  readonly #config: AwsConfig;
  readonly #clock: Clock;
  readonly #guardOf = createGuards();
  readonly #s3 = new Map<string, S3Client>();
  readonly #sts: STSClient;
  #identity: { readonly account: Promise<string>; readonly at: number } | undefined;

  constructor(config: AwsConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#sts = new STSClient(this.#options(config.region));
  }

  /**
   * A bucket of the finding's account.
   * @throws PolicyError `account_mismatch` unless the credentials belong to exactly that account.
   */
  async bucket(name: string, place: Place): Promise<S3Bucket> {
    const account = await this.#requireAccount(place);
    const region = place.region ?? this.#config.region ?? "";
    const client =
      this.#s3.get(region) ??
      new S3Client({
        ...this.#options(region === "" ? undefined : region),
        forcePathStyle: this.#config.endpoint !== undefined,
      });
    this.#s3.set(region, client);
    return new S3Bucket(name, { client, guard: this.#guardOf("aws", account), account, signal: place.signal });
  }

  /** The account the credentials belong to, asked at most once a minute. */
  async callerAccount(): Promise<string> {
    const now = this.#clock.monotonic();
    if (this.#identity === undefined || now - this.#identity.at >= identityMs) {
      const identity = { account: this.#askAccount(), at: now };
      this.#identity = identity;
      // A failure is told to those who wait for it, and the next one asks anew.
      identity.account.catch(() => {
        if (this.#identity === identity) this.#identity = undefined;
      });
    }
    return this.#identity.account;
  }

  /** Frees the connections; the connector is not used afterwards. */
  close(): void {
    this.#sts.destroy();
    for (const client of this.#s3.values()) client.destroy();
  }

  /** Issue 2: "Effects only where GetCallerIdentity equals the finding's account, else needs_attention." */
  async #requireAccount(place: Place): Promise<string> {
    if (place.account === undefined)
      throw new PolicyError("account_mismatch", "the finding names no AWS account", {
        hint: "send resource.account_id with the event",
      });
    const caller = await this.callerAccount();
    place.signal.throwIfAborted();
    if (caller !== place.account)
      throw new PolicyError(
        "account_mismatch",
        `the finding is in AWS account ${place.account}, the bot's credentials are for ${caller}`,
        { hint: "give the bot credentials of that account" },
      );
    return caller;
  }

  /** Many callers share the answer, so none of their signals may cut it short; the guard's timeout does. */
  #askAccount(): Promise<string> {
    return this.#guardOf("aws", "identity").read(async (signal) => {
      const call = { permission: "sts:GetCallerIdentity", target: "the bot's credentials" };
      try {
        const answer = await this.#sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
        if (answer.Account !== undefined) return answer.Account;
      } catch (error) {
        throw awsFault(error, call);
      }
      throw new PolicyError("provider_refused", "AWS sts:GetCallerIdentity named no account");
    }, new AbortController().signal);
  }

  /** One attempt a call: which calls may be repeated is the guard's decision, not the SDK's. */
  #options(region: string | undefined) {
    const { endpoint, credentials } = this.#config;
    return {
      maxAttempts: 1,
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    };
  }
}
