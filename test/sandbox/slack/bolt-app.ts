import type { AddressInfo } from "node:net";

import { App, HTTPReceiver } from "@slack/bolt";
import { WebClient } from "@slack/web-api";

import { startSlack } from "../../../src/sandbox/slack/server.ts";
import type { SlackSandbox, SlackSandboxOptions } from "../../../src/sandbox/slack/server.ts";
import { clientOf, quiet } from "./sandbox.ts";

/** An unmodified Bolt app over HTTP, connected to a sandbox; both are stopped afterwards. */
export async function withBolt(
  run: (parts: { slack: SlackSandbox; app: App; client: WebClient }) => Promise<void>,
  options: SlackSandboxOptions = {},
): Promise<void> {
  const slack = await startSlack(options);
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger: quiet });
  const app = new App({ token: slack.botToken, receiver, logger: quiet, clientOptions: { slackApiUrl: slack.apiUrl } });
  const server = await app.start(0);
  slack.setBotUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    await run({ slack, app, client: clientOf(slack) });
  } finally {
    await app.stop();
    await slack.stop();
  }
}
