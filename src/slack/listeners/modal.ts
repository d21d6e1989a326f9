import { coerceError } from "../../core/errors.ts";
import { textAt } from "../clients.ts";
import type { View } from "../blocks/details.ts";
import type { Desk } from "../desk.ts";

/** Open a modal on a click's trigger. @returns its id, with which it is filled later. */
export async function openModal(desk: Desk, triggerId: string, view: View): Promise<string | undefined> {
  const answer = await desk.clients.interactive("views.open", { trigger_id: triggerId, view });
  return textAt(answer, "view", "id");
}

/** Fill a modal; one that was closed meanwhile is nobody's loss. */
export async function fillModal(desk: Desk, viewId: string, view: View): Promise<void> {
  try {
    await desk.clients.interactive("views.update", { view_id: viewId, view });
  } catch (error) {
    desk.log.warn({ reason: coerceError(error).message }, "a modal could not be filled");
  }
}

/** The value if it comes soon enough for a trigger's 3 s, else nothing. */
export async function soon<T>(desk: Desk, milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  const late = desk.clock.sleep(milliseconds, stop.signal).then(() => undefined);
  return Promise.race([work, late]).finally(() => stop.abort());
}
