import { operationRefusal } from "../../blocks/refusals.ts";
import type { Button } from "../press.ts";

/** Stop a run that is under way. */
export const stopButton: Button = {
  actionId: "run.stop",
  about: "run",
  async press({ person, reference, tell, refresh }, { operations }) {
    const outcome = await operations.stopRun({ runId: reference.id, person, reason: "stopped in Slack" });
    if ("refused" in outcome) await tell(operationRefusal(outcome.refused));
    else await refresh();
  },
};
