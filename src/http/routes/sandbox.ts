import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { PolicyError } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";
import { parseStrictJson } from "../../ingest/strict-json.ts";
import { rawBodyOf } from "../request.ts";
import type { ServerParts } from "../server.ts";

/** Longer than any deadline we keep. */
const longestMs = 366 * 24 * 3_600_000;

/** The way to the local Slack's page, and passing time. Neither exists outside the sandbox. */
export function sandboxRoutes(server: FastifyInstance, { operations: { sandbox } }: ServerParts): void {
  if (!sandbox) return;
  server.get("/sandbox", async (_request, reply) => reply.redirect(sandbox.pageUrl, 302));
  server.post("/sandbox/elapse", async (request) => {
    if (!sameToken(request.headers.authorization ?? "", `Bearer ${sandbox.token}`))
      throw new PolicyError("unauthorised", "the sandbox's token is needed");
    const json = parseStrictJson(rawBodyOf(request));
    const ms = isJsonObject(json) ? json["ms"] : undefined;
    if (typeof ms !== "number" || !Number.isInteger(ms) || ms < 1 || ms > longestMs)
      throw new PolicyError("bad_input", "ms is a whole number of milliseconds, at most 366 days", { path: "/ms" });
    await sandbox.elapse(ms);
    return { elapsed_ms: ms };
  });
}

function sameToken(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
