import type { FastifyInstance } from "fastify";
import { readerOf } from "../request.ts";
import type { ServerParts } from "../server.ts";

/** Alive, ready, measured. */
export function healthRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.get("/healthz", async () => ({ status: "ok" }));
  server.get("/readyz", async (_request, reply) => {
    const { ready, problems } = await parts.operations.ready();
    return reply.status(ready ? 200 : 503).send({ ready, problems });
  });
  server.get("/metrics", async (request, reply) => {
    await readerOf(request, parts);
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(await parts.operations.metrics());
  });
}
