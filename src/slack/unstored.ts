import { textAt } from "./clients.ts";
import type { HttpAnswer } from "./receiver.ts";
import type { Payload } from "./request-body.ts";

const words = "PolicyCortex cannot reach its database right now. Nothing was recorded; please try again in a minute.";

/**
 * The answer while the database is away: the request has no effect, and whoever asked is told so where Slack lets us.
 * Events get a 503, which makes Slack send them again.
 */
export function unstoredAnswer(payload: Payload): HttpAnswer {
  const headers = { "content-type": "application/json; charset=utf-8" };
  const say = (body: unknown): HttpAnswer => ({ status: 200, headers, body: JSON.stringify(body) });
  if (typeof payload["command"] === "string") return say({ response_type: "ephemeral", text: words });
  if (payload["type"] === "view_submission" && textAt(payload, "view", "callback_id") === "approval.deny_reason")
    return say({ response_action: "errors", errors: { reason: words } });
  // A click shows Slack's warning sign beside the button: the truth, and it invites another try.
  return {
    status: 503,
    headers: { ...headers, "retry-after": "30" },
    body: '{"ok":false,"error":"store_unavailable"}',
  };
}
