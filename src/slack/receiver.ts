import type { App, Receiver } from "@slack/bolt";
import type { Clock } from "../core/clock.ts";
import { coerceError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../store/client.ts";
import { rememberOnce } from "../store/replay-keys.ts";
import { isCertificateCheck, maxBodyBytes, readBody, type Payload } from "./request-body.ts";
import { isSigned } from "./signature.ts";
import { unstoredAnswer } from "./unstored.ts";

export interface HttpRequest {
  /** The bytes as they came: the signature is over these. */
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
}
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Longer than any signature stays valid on either side. */
const replayMemoryMs = 600_000;
/** Slack gives up after 3 s; a database that takes longer than this counts as not there. */
const replayPatienceMs = 1_500;
const ackPatienceMs = 2_700;

/** HTTP requests from Slack, verified on their raw bytes before Bolt sees anything. */
export interface HttpReceiver extends Receiver {
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>;
}

export function createReceiver(deps: {
  readonly signingSecrets: readonly string[];
  readonly store: Pick<Store, "interactive">;
  readonly clock: Clock;
  readonly log: Log;
}): HttpReceiver {
  const { clock, log } = deps;
  const held: { app?: App } = {};

  const handle = async (request: HttpRequest): Promise<HttpAnswer> => {
    if (request.rawBody.length > maxBodyBytes) return refused(413, "too_large");
    const header = (name: string) => request.headers[name];
    const signature = header("x-slack-signature");
    const timestamp = header("x-slack-request-timestamp");
    const signed = { rawBody: request.rawBody, timestamp, signature, secrets: deps.signingSecrets };
    if (!isSigned({ ...signed, nowMs: clock.now().getTime() })) {
      if (isCertificateCheck(request.rawBody)) return answer("");
      log.warn({ timestamp }, "a request to /slack/events was not signed by Slack, or too long ago");
      return refused(401, "unauthorised");
    }
    const read = readBody(request.rawBody, header("content-type"));
    if (read.status !== 200) return refused(read.status, read.reason);
    if (read.payload["type"] === "url_verification") return answer({ challenge: read.payload["challenge"] });
    return once(signature!, read.payload, header);
  };

  /** S2: the same bytes twice have one effect, whichever replica they reach; unknown counts as not allowed. */
  const once = async (key: string, payload: Payload, header: (name: string) => string | undefined) => {
    const fresh = await within(replayPatienceMs, rememberOnce(deps.store.interactive, `slack:${key}`, replayMemoryMs));
    if (fresh === true) return toBolt(payload, header);
    if (fresh === false) {
      log.warn({ type: payload["type"] }, "a request from Slack was replayed and had no second effect");
      return answer("");
    }
    log.error({ alert: true, reason: fresh.message }, "a Slack request was not taken: the database did not answer");
    return unstoredAnswer(payload);
  };

  const toBolt = (payload: Payload, header: (name: string) => string | undefined): Promise<HttpAnswer> => {
    const { app } = held;
    if (!app) return Promise.resolve(refused(503, "starting"));
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        log.error({ type: payload["type"] }, "a Slack listener did not acknowledge in time");
        resolve(answer(""));
      }, ackPatienceMs);
      const settle = (settled: HttpAnswer) => {
        clearTimeout(timer);
        resolve(settled);
      };
      const retry = Number(header("x-slack-retry-num") ?? Number.NaN);
      const retryReason = header("x-slack-retry-reason");
      app
        .processEvent({
          body: { ...payload },
          ...(Number.isInteger(retry) ? { retryNum: retry } : {}),
          ...(retryReason === undefined ? {} : { retryReason }),
          ack: async (response?: unknown) => settle(answer(response)),
        })
        .then(() => settle(answer("")))
        .catch((error: unknown) => {
          log.error({ reason: coerceError(error).message }, "a Slack request failed");
          settle(refused(500, "internal"));
        });
    });
  };

  return {
    handle,
    init: (app) => void (held.app = app),
    start: async () => undefined,
    stop: async () => undefined,
  };
}

/** The value, or the error, within so many milliseconds. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | Error> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work.catch(coerceError), late]).finally(() => clearTimeout(timer));
}

function refused(status: number, error: string): HttpAnswer {
  return { status, headers: json, body: JSON.stringify({ ok: false, error }) };
}

const json = { "content-type": "application/json; charset=utf-8" };

/** What a listener acknowledged with: nothing, text, or an object. */
function answer(response: unknown): HttpAnswer {
  if (response === undefined || response === "") return { status: 200, headers: {}, body: "" };
  if (typeof response === "string")
    return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: response };
  return { status: 200, headers: json, body: JSON.stringify(response) };
}
