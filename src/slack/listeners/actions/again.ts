import { operationRefusal } from "../../blocks/refusals.ts";
import type { Button } from "../press.ts";

/** Ask again for what nobody decided: a new request, a new plan, a new deadline. */
export const againButton: Button = {
  actionId: "approval.again",
  about: "approval",
  async press({ person, reference, tell, refresh }, { operations }) {
    const outcome = await operations.requestAgain({ approvalId: reference.id, person });
    if ("refused" in outcome) await tell(operationRefusal(outcome.refused));
    else await refresh();
  },
};
