import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { readArguments } from "./arguments.ts";
import { receiveFile } from "./methods/files.ts";
import { ApiError } from "./methods/method.ts";
import { showResponse, takeResponseUrl } from "./respond.ts";
import type { JsonObject } from "./types.ts";
import { answerCall } from "./web-api.ts";
import type { WebApi } from "./web-api.ts";
import type { Workspace } from "./workspace.ts";

/** The routes an app uses: `/api/*`, uploads, and the response URLs of clicks and commands. */

/** Bodies reach the routes as text, whatever their type: signatures and faults need the bytes as sent. */
export function acceptText(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => done(null, body));
}

/** `POST` or `GET /api/{method}`; the token is the bearer's or the `token` argument. */
export function apiRoutes(app: FastifyInstance, api: WebApi): void {
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const { method } = request.params as { method: string };
    const body = typeof request.body === "string" ? request.body : "";
    let args: JsonObject;
    try {
      args = readArguments(request.headers["content-type"] ?? "", body, request.query as JsonObject);
    } catch {
      return { ok: false, error: "invalid_json" };
    }
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const token = bearer ?? (typeof args["token"] === "string" ? args["token"] : undefined);
    const answer = await answerCall(api, method, token, args);
    if (answer.drop === true) {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  };
  app.route({ method: ["GET", "POST"], url: "/api/:method", handler: handle });
}

/** `POST /actions/…` and `/commands/…`: 200 `ok`, 404 when spent or unknown, 400 for bad content. */
export function responseRoutes(app: FastifyInstance, workspace: Workspace): void {
  app.post<{ Params: { ticket: string }; Body: string }>("/upload/v1/:ticket", ({ params, body }, reply) => {
    const known = receiveFile(workspace, params.ticket, body);
    return reply.code(known ? 200 : 404).send(known ? `OK - ${body.length}` : "no such upload");
  });
  for (const kind of ["actions", "commands"])
    app.post<{ Params: { token: string }; Body: string }>(`/${kind}/:team/:token`, async ({ params, body }, reply) => {
      try {
        const origin = takeResponseUrl(workspace, params.token);
        showResponse(workspace, origin, JSON.parse(body) as JsonObject);
        return await reply.send("ok");
      } catch (error) {
        if (error instanceof SyntaxError) return reply.code(400).send({ ok: false, error: "invalid_payload" });
        if (!(error instanceof ApiError)) throw error;
        const spent = error.code === "expired_url" || error.code === "used_url";
        return reply.code(spent ? 404 : 400).send({ ok: false, error: error.code, ...error.details });
      }
    });
}
