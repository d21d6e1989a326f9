import type { App } from "@slack/bolt";
import { textAt } from "../../clients.ts";
import type { Desk } from "../../desk.ts";

/** Who is in a group, or who somebody is, changed: forget it before its minute is over. */
export function registerMembershipEvents(app: App, desk: Desk): void {
  for (const name of ["subteam_created", "subteam_updated", "subteam_members_changed"])
    app.event(name, async () => desk.groups.forget());
  app.event("user_change", async ({ event }) => desk.people.forget(textAt(event, "user", "id")));
}
