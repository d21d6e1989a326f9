import type { App, ViewSubmitAction } from "@slack/bolt";
import { coerceError } from "../../../core/errors.ts";
import { wordsView, type View } from "../../blocks/details.ts";
import { refusalWords, voteRefusal } from "../../blocks/refusals.ts";
import { textAt } from "../../clients.ts";
import type { Desk } from "../../desk.ts";
import { identify } from "../../identity.ts";
import { fillModal, soon } from "../modal.ts";
import { readReference } from "../press.ts";

const denyReasonCallback = "approval.deny_reason";
/** Slack waits 3 s for the answer to a form. */
const patienceMs = 2_000;

/** The reason is here: deny, checked anew. The form closes when it counted, and says why where it did not. */
export function registerDenyReason(app: App, desk: Desk): void {
  app.view<ViewSubmitAction>(denyReasonCallback, async ({ ack, body, view }) => {
    const deciding = deny(desk, body).catch((error: unknown) => {
      desk.log.error({ reason: coerceError(error).message }, "a denial could not be carried out");
      return refusalWords.failed;
    });
    const decided = await soon(desk, patienceMs, deciding.then((words) => ({ words }))); // prettier-ignore
    if (!decided) {
      await ack({ response_action: "update", view: asView(wordsView("Deny request", "Recording your answer…", "info")) }); // prettier-ignore
      const words = await deciding;
      await fillModal(desk, view.id, words === undefined ? wordsView("Deny request", "Denied. The card shows it.", "success") : refusedView(words)); // prettier-ignore
    } else if (decided.words === undefined) await ack();
    else await ack({ response_action: "update", view: asView(refusedView(decided.words)) });
  });
}

/** Nothing when the denial counted, else the words for the one who tried. */
async function deny(desk: Desk, body: ViewSubmitAction): Promise<string | undefined> {
  const known = await identify(body, desk);
  if (known.status === "refused") return refusalWords.notMember(known.reason);
  const reference = readReference(body.view.private_metadata);
  const reason = textAt(body.view, "state", "values", "reason", "reason", "value")?.trim();
  if (!reference || !reason) return refusalWords.failed;
  const outcome = await desk.operations.castVote({
    approvalId: reference.id,
    ...(reference.revision === undefined ? {} : { revision: reference.revision }),
    person: known.person,
    choice: "deny",
    reason,
    via: "slack",
  });
  return outcome.outcome === "counted" ? undefined : `${voteRefusal(outcome)} Nothing was denied.`;
}

function refusedView(words: string): View {
  return wordsView("Deny request", words, "warning");
}

type AckView = Extract<
  NonNullable<Parameters<Parameters<Parameters<App["view"]>[1]>[0]["ack"]>[0]>,
  { response_action: "update" }
>["view"];

/** Bolt types views as their own unions; ours are plain JSON that `blocks/` built. */
function asView(view: View): AckView {
  return view as unknown as AckView;
}
