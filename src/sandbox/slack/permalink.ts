import type { StoredMessage } from "./types.ts";

/** A link to one message that the sandbox's page opens, shaped like Slack's. */
export function permalink(url: string, { channel, ts, thread_ts }: StoredMessage): string {
  const link = `${url}/archives/${channel}/p${ts.replace(".", "")}`;
  return thread_ts === undefined || thread_ts === ts ? link : `${link}?thread_ts=${thread_ts}&cid=${channel}`;
}
