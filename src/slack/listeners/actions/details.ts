import { detailsView, loadingView, wordsView } from "../../blocks/details.ts";
import { refusalWords } from "../../blocks/refusals.ts";
import { fillModal, openModal } from "../modal.ts";
import type { Button } from "../press.ts";

/** The whole plan in a modal: opened while it is still being read, since the trigger does not wait. */
export const detailsButton: Button = {
  actionId: "approval.details",
  about: "approval",
  async press({ reference, triggerId }, desk) {
    const viewId = await openModal(desk, triggerId, loadingView("Details"));
    const approval = await desk.operations.approval(reference.id);
    const run = approval && (await desk.operations.run(approval.runId));
    const view = run ? detailsView(run, approval) : wordsView("Details", refusalWords.gone, "warning");
    if (viewId !== undefined) await fillModal(desk, viewId, view);
  },
};
