import { WebClient, type Logger, type WebClientOptions } from "@slack/web-api";
import { LogLevel } from "@slack/web-api";
import type { Log } from "../core/log.ts";

/** Answers of the Web API as far as anything here looks at them. */
export type Answer = Readonly<Record<string, unknown>>;
export type Call = (method: string, args?: Readonly<Record<string, unknown>>) => Promise<Answer>;

/** The Web API in lanes, so that a slow or limited call of one kind never delays another (slack.md 2.10). */
export interface Clients {
  /** Messages: never repeated by the client, since a repeated post is a second card; delivery recovers instead. */
  readonly background: Call;
  /** What somebody waits for: modals, private answers. */
  readonly interactive: Call;
  /** Reading people, groups and channels: repeating is harmless. */
  readonly reading: Call;
}

export interface ClientOptions {
  readonly botToken: string;
  readonly apiUrl?: string;
}

export function createClients(options: ClientOptions, log: Log): Clients {
  const lane = (retries: number): Call => {
    const client = new WebClient(options.botToken, {
      ...webClientOptions(options, log),
      retryConfig: { retries, minTimeout: 200, maxTimeout: 1_000 },
    });
    return (method, args = {}) => client.apiCall(method, { ...args }) as unknown as Promise<Answer>;
  };
  return { background: lane(0), interactive: lane(0), reading: lane(1) };
}

/** No call may hang, none may leave the configured address, none may freeze the others for a Retry-After. */
export function webClientOptions(options: ClientOptions, log: Log): WebClientOptions {
  return {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    timeout: 10_000,
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    logger: slackLogger(log),
  };
}

/** Slack's libraries speak through our log; their chatter and debug output stay out. */
export function slackLogger(log: Log): Logger {
  const said = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts: unknown[]) => log.warn({ from: "slack" }, said(parts)),
    error: (...parts: unknown[]) => log.error({ from: "slack" }, said(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}

/** A text field of an answer, wherever it lies: `textAt(answer, "user", "profile", "email")`. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

export function flagAt(value: unknown, ...path: readonly string[]): boolean {
  return at(value, path) === true;
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inside, name) =>
      typeof inside === "object" && inside !== null ? (inside as Record<string, unknown>)[name] : undefined,
    value,
  );
}
