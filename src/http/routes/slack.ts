import type { FastifyInstance } from "fastify";
import { flatHeaders, rawBodyOf } from "../request.ts";
import type { ServerParts } from "../server.ts";

/** `POST /slack/events`: the untouched bytes go to Slack's own door, which checks signature, age and replay. */
export function slackRoutes(server: FastifyInstance, { operations }: ServerParts): void {
  if (!operations.slack) return;
  const slack = operations.slack.bind(operations);
  server.post("/slack/events", async (request, reply) => {
    const answer = await slack({ rawBody: rawBodyOf(request), headers: flatHeaders(request) });
    return reply.status(answer.status).headers(answer.headers).send(answer.body);
  });
}
