import { operationRefusal } from "../../blocks/refusals.ts";
import type { Button } from "../press.ts";

/** Try a failed run once more. */
export const retryButton: Button = {
  actionId: "run.retry",
  about: "run",
  async press({ person, reference, tell, refresh }, { operations }) {
    const outcome = await operations.retryRun({ runId: reference.id, person });
    if ("refused" in outcome) await tell(operationRefusal(outcome.refused));
    else await refresh();
  },
};
