/** One API call that reached the stand-in. `status` 0: the connection was dropped without an answer. */
export interface AwsCall {
  /** ISO 8601. */
  readonly time: string;
  /** The account that called; empty for an anonymous or unknown caller. */
  readonly account: string;
  /** The ARN of the caller; empty as above. */
  readonly principal: string;
  readonly service: string;
  readonly action: string;
  /** What the call names: a bucket, `bucket/key`, a role ARN; empty when it names nothing. */
  readonly resource: string;
  readonly status: number;
  /** The wire code of a failure, or empty; a dropped call carries the name of its fault. */
  readonly errorCode: string;
}

const KEEP = 2000;

/** The newest calls, oldest first. */
export class CallLog {
  readonly #calls: AwsCall[] = [];

  add(call: AwsCall): void {
    this.#calls.push(call);
    if (this.#calls.length > KEEP) this.#calls.shift();
  }

  list(): AwsCall[] {
    return [...this.#calls];
  }
}
