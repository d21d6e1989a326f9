import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

import type { WebClient } from "@slack/web-api";

import type { SlackSandbox, SlackSandboxOptions } from "../../../src/sandbox/slack/server.ts";
import { withSlack } from "./sandbox.ts";

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A bot of a few lines: keeps what it got and answers as told; statuses are used up in order, then 200. */
export interface RawBot {
  received: Received[];
  statuses: number[];
  /** Sent with every answer. */
  headers: Record<string, string>;
  answer: string | ((body: string) => string);
  delayMs: number;
}

/** Runs with a sandbox connected to a raw bot; both are stopped afterwards. */
export async function withRawBot(
  run: (parts: { slack: SlackSandbox; bot: RawBot; client: WebClient }) => Promise<void>,
  options: SlackSandboxOptions = {},
): Promise<void> {
  const bot: RawBot = { received: [], statuses: [], headers: {}, answer: "", delayMs: 0 };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      bot.received.push({ headers: request.headers, body });
      const status = bot.statuses.shift() ?? 200;
      const answer = typeof bot.answer === "string" ? bot.answer : bot.answer(body);
      setTimeout(() => response.writeHead(status, bot.headers).end(answer), bot.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await withSlack(async (slack, client) => {
      slack.setBotUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      await run({ slack, bot, client });
    }, options);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
