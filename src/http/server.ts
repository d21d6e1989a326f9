import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Clock } from "../core/clock.ts";
import { coerceError, PolicyError } from "../core/errors.ts";
import { newId } from "../core/identifiers.ts";
import type { Credentials } from "../ingest/authenticate.ts";
import { failureOf } from "./failures.ts";
import type { HttpMetrics } from "./metrics.ts";
import type { HttpLog, HttpOperations } from "./operations.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { readRoutes } from "./routes/read.ts";
import { sandboxRoutes } from "./routes/sandbox.ts";
import { slackRoutes } from "./routes/slack.ts";
import { refuseForeign } from "./sandbox-guard.ts";

export interface ServerParts {
  readonly operations: HttpOperations;
  readonly credentials: Credentials;
  readonly log: HttpLog;
  readonly metrics: HttpMetrics;
  readonly clock: Clock;
  /** A host name beside loopback under which the sandbox may be reached. */
  readonly publicHost?: string;
}

const bodyLimit = 1_048_576;

/** All routes, not listening yet. There is no CORS on purpose: no browser of another origin has business here. */
export function createServer(parts: ServerParts): FastifyInstance {
  const server = fastify({
    bodyLimit,
    // A request that trickles in holds a socket no longer than this.
    requestTimeout: 15_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: "idle",
    genReqId: () => newId(),
    routerOptions: { maxParamLength: 16_384, onBadUrl: badUrl },
  });
  // Bodies stay bytes: signatures cover them, and our own reader is stricter than JSON.parse.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const { sandbox } = parts.operations;
  if (sandbox)
    server.addHook("onRequest", async (request) => refuseForeign(request.headers, sandbox.pageUrl, parts.publicHost));
  addObservation(server, parts);
  server.setErrorHandler((error, request, reply) => sendFailure(parts.log, error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    sendFailure(parts.log, new PolicyError("not_found", "there is nothing here"), request, reply),
  );
  for (const routes of [eventRoutes, readRoutes, healthRoutes, slackRoutes, sandboxRoutes]) routes(server, parts);
  return server;
}

function addObservation(server: FastifyInstance, { metrics, log }: ServerParts): void {
  server.addHook("onSend", async (_request, reply, payload) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    reply.header("x-content-type-options", "nosniff");
    return payload;
  });
  server.addHook("onResponse", async (request, reply) => {
    // The route's pattern, never the address: labels must be few, and addresses hold ids.
    const route = request.routeOptions.url ?? "none";
    const { statusCode: status, elapsedTime } = reply;
    metrics.observe({ method: request.method, route, status, seconds: elapsedTime / 1_000 });
    log.debug({ request: request.id, method: request.method, route, status, ms: elapsedTime }, "answered");
  });
}

function sendFailure(log: HttpLog, thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, retryAfterSeconds, ...error } = failureOf(thrown);
  const details = { request: request.id, route: request.routeOptions.url ?? "none", error: coerceError(thrown) };
  if (status >= 500) log[status === 500 ? "error" : "warn"](details, "a request failed");
  if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
  if (status === 401) reply.header("www-authenticate", "Bearer");
  const shown = status === 500 ? { ...error, hint: `tell the operators this request id: ${request.id}` } : error;
  return reply
    .status(status)
    .type("application/json; charset=utf-8")
    .send(JSON.stringify({ error: shown }));
}

/** The router refuses such an address before any hook runs. */
function badUrl(_path: string, _request: unknown, response: unknown): void {
  const raw = response as { statusCode: number; setHeader(name: string, value: string): void; end(body: string): void };
  raw.statusCode = 400;
  raw.setHeader("content-type", "application/json; charset=utf-8");
  raw.setHeader("cache-control", "no-store");
  raw.end(JSON.stringify({ error: { code: "bad_input", message: "the address cannot be decoded" } }));
}
