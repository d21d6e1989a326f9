import type { App } from "@slack/bolt";
import { textAt } from "../../clients.ts";
import type { Desk } from "../../desk.ts";

/** Everything clickable is acknowledged, links included: otherwise Slack shows a warning after 3 s (slack.md 2.9). */
export function registerUnknownAction(app: App, desk: Desk, known: readonly string[]): void {
  app.action(/^/, async ({ ack, action }) => {
    const actionId = textAt(action, "action_id") ?? "";
    if (known.includes(actionId)) return;
    await ack();
    desk.log.warn({ actionId }, "an unknown action was acknowledged and ignored");
  });
}
