import type { App } from "@slack/bolt";
import type { Desk } from "../../desk.ts";

/** The app was removed or its tokens revoked: nobody can be asked any more, so the operators have to know. */
export function registerRemovalEvents(app: App, desk: Desk): void {
  for (const name of ["app_uninstalled", "tokens_revoked"])
    app.event(name, async () => desk.log.error({ alert: true, event: name }, "Slack no longer lets the bot in"));
}
