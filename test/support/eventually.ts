import { setTimeout as wait } from "node:timers/promises";

const everyMs = 25;

/**
 * Asks again until `check` gives something, and returns it. An error thrown by `check` counts as "not yet".
 * @param ms how long to ask, in milliseconds.
 * @throws what the last asking threw, or that nothing came, with `what` in it.
 */
export async function eventually<T>(
  check: () => Promise<T | undefined | false> | T | undefined | false,
  ms = 15_000,
  what = check.toString(),
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    let trouble: Error | undefined;
    try {
      const found = await check();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      trouble = error instanceof Error ? error : new Error(String(error));
    }
    if (Date.now() > end) throw trouble ?? new Error(`still not so after ${ms} ms: ${what}`);
    await wait(everyMs);
  }
}
