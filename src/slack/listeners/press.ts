import type { App, BlockAction, RespondFn } from "@slack/bolt";
import { coerceError } from "../../core/errors.ts";
import { isId } from "../../core/identifiers.ts";
import type { Person } from "../../core/ports.ts";
import { isBeingPosted, noticeAt, type PlacedNotice } from "../../store/notice-delivery.ts";
import { wantNotice } from "../../store/notices.ts";
import { inTransaction } from "../../store/transaction.ts";
import { refusalWords } from "../blocks/refusals.ts";
import { textAt } from "../clients.ts";
import type { Desk } from "../desk.ts";
import { identify } from "../identity.ts";

/** What a button's value names: an id to look up and the revision its reader saw. */
export interface Reference {
  readonly id: string;
  readonly revision: number | undefined;
}

/** A click that may be taken seriously: a colleague, on a message of ours. */
interface Press {
  readonly person: Person;
  readonly userId: string;
  readonly reference: Reference;
  readonly channelId: string;
  readonly triggerId: string;
  /** Tell the one who clicked, and nobody else. */
  readonly tell: (words: string) => Promise<void>;
  /** Draw the clicked message anew: it showed something that is no longer so. */
  readonly refresh: () => Promise<void>;
}

export interface Button {
  readonly actionId: string;
  /** `run`: the value names a run; `approval`: a request. */
  readonly about: "run" | "approval";
  press(press: Press, desk: Desk): Promise<void>;
}

/** Acknowledge at once, find out who it is and what it is about, then do the button's one thing. */
export function registerButton(app: App, desk: Desk, button: Button): void {
  app.action<BlockAction>(button.actionId, async ({ ack, body, action, respond }) => {
    await ack();
    const tell = teller(desk, body, respond);
    try {
      const press = await admit(desk, button, { body, value: textAt(action, "value"), tell });
      if (press) await button.press(press, desk);
    } catch (error) {
      desk.log.error(
        { action: button.actionId, reason: coerceError(error).message },
        "a click could not be carried out",
      );
      await tell(refusalWords.failed);
    }
  });
}

async function admit(
  desk: Desk,
  button: Button,
  click: { readonly body: BlockAction; readonly value: string | undefined; readonly tell: Press["tell"] },
): Promise<Press | undefined> {
  const { body, tell } = click;
  const known = await identify(body, desk);
  if (known.status === "refused") {
    desk.log.warn(
      { user: body.user.id, team: body.team?.id, action: button.actionId },
      "a click was refused: not a member",
    );
    await tell(refusalWords.notMember(known.reason));
    return undefined;
  }
  const reference = readReference(click.value);
  const { teamId } = await desk.self();
  const channelId = textAt(body, "container", "channel_id") ?? "";
  const ts = textAt(body, "container", "message_ts") ?? "";
  const notice = reference && (await clickedNotice(desk, reference, { teamId, channelId, ts }));
  if (!reference || !notice || !(await belongs(desk, button, reference, notice))) {
    desk.log.warn({ code: "forged_reference", user: body.user.id, channelId, ts }, "a click named something its message is not about"); // prettier-ignore
    await tell(refusalWords.unknownMessage);
    return undefined;
  }
  const refresh = () =>
    inTransaction(desk.store.interactive, (transaction) => wantNotice(transaction, notice.dedupeKey, { priority: 0 }));
  const { person } = known;
  return { person, userId: body.user.id, reference, channelId, triggerId: body.trigger_id, tell, refresh };
}

const arrivalPatienceMs = 4_000;
const arrivalPauseMs = 50;

/** The clicked message. It is seen a moment before we are told its place: while it is on its way that is waited for. */
async function clickedNotice(
  desk: Desk,
  reference: Reference,
  at: { readonly teamId: string; readonly channelId: string; readonly ts: string },
): Promise<PlacedNotice | null> {
  const database = desk.store.interactive;
  const notice = await noticeAt(database, at);
  if (notice) return notice;
  const runId = (await desk.operations.approval(reference.id))?.runId;
  const subjects = runId === undefined ? [reference.id] : [reference.id, runId];
  for (let waited = 0; waited < arrivalPatienceMs; waited += arrivalPauseMs) {
    const arriving = await isBeingPosted(database, subjects);
    const found = await noticeAt(database, at);
    if (found || !arriving) return found;
    await desk.clock.sleep(arrivalPauseMs);
  }
  return null;
}

/** `id:revision`, or an id alone. */
export function readReference(value: string | undefined): Reference | undefined {
  const [id = "", revision, ...rest] = (value ?? "").split(":");
  if (!isId(id) || rest.length > 0) return undefined;
  if (revision === undefined) return { id, revision: undefined };
  return /^\d{1,6}$/.test(revision) ? { id, revision: Number(revision) } : undefined;
}

/** Whether the message that was clicked is about what the value names: values come back from the client. */
async function belongs(desk: Desk, button: Button, reference: Reference, notice: PlacedNotice): Promise<boolean> {
  if (reference.id === notice.subjectId) return true;
  if (button.about === "run" || notice.subjectKind !== "run") return false;
  return (await desk.operations.approval(reference.id))?.runId === notice.subjectId;
}

/** Private words by the click's own address; a broadcast reply is read in the channel, other replies in their thread. */
function teller(desk: Desk, body: BlockAction, respond: RespondFn): Press["tell"] {
  const thread = textAt(body, "container", "thread_ts");
  const inThread = thread !== undefined && textAt(body, "message", "subtype") !== "thread_broadcast";
  return async (text) => {
    try {
      await respond({ response_type: "ephemeral", replace_original: false, text, ...(inThread ? { thread_ts: thread } : {}) }); // prettier-ignore
    } catch (error) {
      desk.log.warn({ reason: coerceError(error).message }, "a private answer could not be shown");
    }
  };
}
