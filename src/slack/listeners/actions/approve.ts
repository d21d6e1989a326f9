import { isOutdated, voteRefusal } from "../../blocks/refusals.ts";
import type { Button } from "../press.ts";

/** One vote for the request the card showed. The card and the thread tell of it; only a refusal is told privately. */
export const approveButton: Button = {
  actionId: "approval.approve",
  about: "approval",
  async press({ person, reference, tell, refresh }, { operations }) {
    const revision = reference.revision === undefined ? {} : { revision: reference.revision };
    const outcome = await operations.castVote({
      approvalId: reference.id,
      ...revision,
      person,
      choice: "approve",
      via: "slack",
    });
    if (outcome.outcome === "counted") return;
    if (isOutdated(outcome.code)) await refresh();
    await tell(voteRefusal(outcome));
  },
};
