import { readFileSync, readdirSync } from "node:fs";
import { extname } from "node:path";

import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";

import { isReply, threadMessages } from "./messages.ts";
import { operations } from "./operations.ts";
import type { Hands } from "./operations.ts";
import { Refused } from "./refused.ts";
import type { JsonObject, StoredMessage } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** The browser page and the routes it uses: reading what a person sees, acting as a person, hearing of changes. */

const folder = new URL("../page/", import.meta.url);
const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Adds everything under `/`, `/page`, `/archives` (permalinks) and `/sandbox-api`. */
export function pageRoutes(
  app: FastifyInstance,
  workspace: Workspace,
  hands: Hands,
  awsPageUrl: string | undefined,
): void {
  app.setErrorHandler(explain);
  const index = (_: unknown, reply: FastifyReply) => sendFile(reply, "index.html");
  app.get("/", index);
  app.get("/archives/:channel/:message", index);
  app.get<{ Params: { file: string } }>("/page/:file", ({ params }, reply) => sendFile(reply, params.file));
  app.get("/sandbox-api/stream", (_, reply) => stream(reply, workspace));
  readRoutes(app, workspace, hands, awsPageUrl);
  app.post<{ Params: { operation: string }; Body: unknown }>(
    "/sandbox-api/:operation",
    async ({ params, body }, reply) => {
      const run = Object.hasOwn(operations, params.operation) ? operations[params.operation] : undefined;
      if (!run) return reply.code(404).send({ error: { message: `no operation "${params.operation}"` } });
      const input: unknown = typeof body === "string" && body !== "" ? JSON.parse(body) : {};
      return { result: (await run(hands, input)) ?? null };
    },
  );
}

/** 409 for what a person could not do, 400 for a request that makes no sense. */
function explain(error: unknown, _: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof Refused) return reply.code(409).send({ error: { message: error.message } });
  if (error instanceof z.ZodError || error instanceof SyntaxError)
    return reply.code(400).send({ error: { message: error.message } });
  return reply.send(error);
}

function readRoutes(
  app: FastifyInstance,
  workspace: Workspace,
  { driver }: Hands,
  awsPageUrl: string | undefined,
): void {
  const { data } = workspace;
  app.get("/sandbox-api/workspace", () => {
    const { team, app: bot, users, groups, channels } = data;
    return { team, bot, users, groups, channels, awsPageUrl: awsPageUrl ?? null };
  });
  app.get("/sandbox-api/messages", ({ query }, reply) => {
    const { channel, as, threadTs } = reading.parse(query);
    if (!workspace.channel(channel)) return reply.code(404).send({ error: { message: `no channel "${channel}"` } });
    const seen = driver.messages(channel, {
      ...(as === undefined ? {} : { as }),
      ...(threadTs === undefined ? {} : { threadTs }),
    });
    return { messages: seen.slice(-SHOWN).map((message) => withThread(workspace, message)) };
  });
  app.get("/sandbox-api/views", ({ query }) => {
    const { user } = z.object({ user: z.string() }).parse(query);
    return { views: driver.views(user), home: driver.home(user) ?? null };
  });
  app.get("/sandbox-api/live-controls", () => ({ controls: driver.liveControls() }));
  app.get("/sandbox-api/lints", () => ({ lints: driver.lints() }));
  app.get("/sandbox-api/log", () => ({ calls: driver.apiLog(), deliveries: driver.deliveries() }));
  app.get("/sandbox-api/versions", ({ query }) => {
    const { channel, ts } = z.object({ channel: z.string(), ts: z.string() }).parse(query);
    return { versions: driver.versions(channel, ts) };
  });
}

const reading = z.object({ channel: z.string(), as: z.string().exactOptional(), threadTs: z.string().exactOptional() });

/** Messages the page shows of a channel or thread, the newest. */
const SHOWN = 300;

function withThread(workspace: Workspace, message: StoredMessage): JsonObject {
  const replies = threadMessages(workspace, message.channel, message.ts).filter(isReply);
  const thread = { reply_count: replies.length, latest_reply: replies.at(-1)?.ts ?? null };
  return { ...message, ...(isReply(message) ? {} : thread) };
}

/** Only files of this folder itself, so that no name can reach outside it. */
const files = new Set(
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : [])),
);

function sendFile(reply: FastifyReply, name: string): FastifyReply {
  if (!files.has(name)) return reply.code(404).send({ error: { message: "no such file" } });
  return reply
    .header("content-type", types[extname(name)] ?? "application/octet-stream")
    .header("content-security-policy", policy)
    .header("x-content-type-options", "nosniff")
    .header("cache-control", "no-store")
    .send(readFileSync(new URL(name, folder)));
}

/** Server-sent events: one for each change, and a comment now and then that keeps the connection open. */
function stream(reply: FastifyReply, workspace: Workspace): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
  raw.write("retry: 1000\n\n");
  const stop = workspace.onChange((change) => raw.write(`data: ${JSON.stringify(change)}\n\n`));
  const beat = setInterval(() => raw.write(": still here\n\n"), 15_000).unref();
  raw.on("close", () => {
    stop();
    clearInterval(beat);
  });
}
