import { flagAt, textAt } from "./clients.ts";
import type { Known, People } from "./people.ts";

/**
 * Who sent a verified payload: its own team and user ids and nothing else. Ids inside values, metadata or form fields
 * are never looked at (S6); foreign workspaces and enterprise installs are refused before Slack is asked (S7).
 * @throws when Slack cannot be asked: the request is then refused as not verifiable.
 */
export async function identify(
  body: unknown,
  deps: { readonly people: People; self(): Promise<{ readonly teamId: string }> },
): Promise<Known> {
  const { teamId } = await deps.self();
  const userId = textAt(body, "user", "id") ?? textAt(body, "user_id");
  const ownTeam = textAt(body, "user", "team_id");
  const team = textAt(body, "team", "id") ?? textAt(body, "team_id");
  const elsewhere = team !== teamId || (ownTeam !== undefined && ownTeam !== teamId);
  if (elsewhere || flagAt(body, "is_enterprise_install"))
    return { status: "refused", reason: "only members of this workspace can act here" };
  if (userId === undefined) return { status: "refused", reason: "the request names nobody" };
  return deps.people.byId(userId);
}
