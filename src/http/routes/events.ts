import type { FastifyInstance, FastifyRequest } from "fastify";
import { PolicyError } from "../../core/errors.ts";
import { requireScope } from "../../ingest/authenticate.ts";
import { parseStrictJson } from "../../ingest/strict-json.ts";
import { flatHeaders, rawBodyOf } from "../request.ts";
import type { ServerParts } from "../server.ts";

const jsonTypes = new Set(["application/json", "application/cloudevents+json"]);

/** `POST /api/v1/events`: who, what kind, what, and then the pipeline. The answer comes after everything is stored. */
export function eventRoutes(server: FastifyInstance, { operations, credentials, clock, metrics }: ServerParts): void {
  server.post("/api/v1/events", async (request, reply) => {
    const headers = flatHeaders(request);
    const rawBody = rawBodyOf(request);
    const sender = await credentials.authenticate({ headers, rawBody }, clock.now());
    requireScope(sender, "events");
    requireJson(request);
    const results = await operations.receive({ json: parseStrictJson(rawBody), headers, sender });
    for (const { status } of results) metrics.received(status);
    return reply.status(202).send({ results });
  });
}

function requireJson(request: FastifyRequest): void {
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (!jsonTypes.has(type))
    throw new PolicyError("unsupported_media_type", "events are sent as application/json", {
      hint: "set Content-Type: application/json",
    });
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity")
    throw new PolicyError("unsupported_media_type", "compressed bodies are not taken", {
      hint: "send the body without Content-Encoding",
    });
}
