import type { ApprovalView } from "../core/approval.ts";
import type { Person } from "../core/ports.ts";
import { openStage } from "./blocks/votes.ts";
import type { Desk } from "./desk.ts";

/**
 * Whether showing somebody the form makes sense: a first look, so that nobody writes a reason for nothing. The vote
 * itself is judged by `approve`, whatever this says.
 */
export async function voteObstacle(
  desk: Pick<Desk, "operations">,
  approval: ApprovalView,
  person: Person,
): Promise<"own_request" | "not_an_approver" | "already_decided" | undefined> {
  if (approval.state !== "pending") return "already_decided";
  if (approval.requesterPersonId === person.id) return "own_request";
  const roles = openStage(approval)?.roles ?? [];
  if (roles.some((role) => role.slackUserIds.includes(person.slackUserId ?? ""))) return undefined;
  const held = await desk.operations.rolesOf(person);
  return roles.some((role) => held.includes(role.role)) ? undefined : "not_an_approver";
}
