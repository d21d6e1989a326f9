import type { ActionContext } from "../../core/action.ts";

/** Milliseconds between readings; S3 shows a change of configuration after a moment. Together 3.75 s. */
const pauses = [250, 500, 1_000, 2_000];

/** Reads until the reading is as wanted or the pauses are used up; gives the last reading. */
export async function settled<T>(
  read: () => Promise<T>,
  wanted: (reading: T) => boolean,
  context: Pick<ActionContext, "clock" | "signal">,
): Promise<T> {
  let reading = await read();
  for (const pause of pauses) {
    if (wanted(reading)) break;
    await context.clock.sleep(pause, context.signal);
    context.signal.throwIfAborted();
    reading = await read();
  }
  return reading;
}
