import { denyView } from "../../blocks/details.ts";
import { isOutdated, refusalWords, voteRefusal } from "../../blocks/refusals.ts";
import { voteObstacle } from "../../may-vote.ts";
import { openModal, soon } from "../modal.ts";
import type { Button } from "../press.ts";

/** The trigger lives for 3 s, and part of that is gone. */
const lookMs = 1_200;

/** Ask for the reason; the denial itself counts when the form comes back. Who cannot deny gets no form. */
export const denyButton: Button = {
  actionId: "approval.deny",
  about: "approval",
  async press({ person, reference, triggerId, tell, refresh }, desk) {
    const approval = await soon(desk, lookMs, desk.operations.approval(reference.id));
    const obstacle = approval && (await soon(desk, lookMs, voteObstacle(desk, approval, person)));
    const stale = approval !== undefined && approval.revision !== (reference.revision ?? approval.revision);
    const code = stale ? "stale_revision" : obstacle;
    if (code !== undefined) {
      if (isOutdated(code)) await refresh();
      await tell(voteRefusal({ outcome: "refused", code, message: "" }));
      return;
    }
    const title = textOf(approval?.card["title"]) ?? "Your reason is shown in the thread.";
    const value = reference.revision === undefined ? reference.id : `${reference.id}:${reference.revision}`;
    if ((await openModal(desk, triggerId, denyView(value, title))) === undefined) await tell(refusalWords.failed);
  },
};

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
