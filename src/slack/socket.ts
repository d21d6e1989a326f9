import { SocketModeReceiver, type App } from "@slack/bolt";
import type { Clock } from "../core/clock.ts";
import { coerceError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { slackLogger, webClientOptions, type ClientOptions } from "./clients.ts";

/** A connection that carries what HTTP would, where no public address is wanted: its trust comes from the app token. */
export interface Socket {
  /** Connect and stay connected; resolves when the first try has succeeded or failed. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** The client arms a timer of 30 s for the answer to its close frame and leaves it armed: a stopped process waited for it. */
interface ClosingClient {
  readonly websocket?: { readonly closeHandshakeTimeout?: NodeJS.Timeout | null };
}

/**
 * Bolt's socket receiver, reconnected by us: left to itself it gives up for good when the network is away at the wrong
 * moment, and ends the process when its token is revoked.
 */
export function createSocket(
  app: App,
  options: ClientOptions & { readonly appToken: string },
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Socket {
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    autoReconnectEnabled: false,
    logger: slackLogger(log),
    installerOptions: { clientOptions: webClientOptions(options, log) },
  });
  receiver.init(app);
  const stopped = new AbortController();
  const over = () => stopped.signal.aborted;

  const connect = async (): Promise<boolean> => {
    try {
      await receiver.start();
      log.info({}, "Slack's socket is connected");
      return true;
    } catch (error) {
      log.error({ alert: true, reason: coerceError(error).message }, "Slack's socket cannot be connected");
      return false;
    }
  };
  const disconnected = () =>
    new Promise<void>((resolve) => {
      receiver.client.once("disconnected", () => resolve());
    });
  const keep = async (connected: boolean): Promise<void> => {
    let pauseMs = firstPauseMs;
    for (let up = connected; !over(); up = over() ? false : await connect()) {
      if (up) {
        pauseMs = firstPauseMs;
        await disconnected();
      }
      await clock.sleep(pauseMs, stopped.signal);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    }
  };
  return {
    async start() {
      void keep(await connect());
    },
    async stop() {
      stopped.abort();
      const { websocket } = receiver.client as unknown as ClosingClient;
      await receiver.stop();
      websocket?.closeHandshakeTimeout?.unref();
    },
  };
}
