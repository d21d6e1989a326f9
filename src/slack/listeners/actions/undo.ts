import { operationRefusal } from "../../blocks/refusals.ts";
import type { Button } from "../press.ts";

/** Take back what a run changed; whether that needs approval is decided there. */
export const undoButton: Button = {
  actionId: "run.undo",
  about: "run",
  async press({ person, reference, tell, refresh }, { operations }) {
    const outcome = await operations.undoRun({ runId: reference.id, person });
    if ("refused" in outcome) await tell(operationRefusal(outcome.refused));
    else await refresh();
  },
};
