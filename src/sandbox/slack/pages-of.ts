import { count, text } from "./arguments.ts";
import { ApiError } from "./methods/method.ts";
import type { JsonObject } from "./types.ts";

interface PageOf<T> {
  items: T[];
  hasMore: boolean;
  metadata: { next_cursor: string };
}

/** One page of a list by `limit` and `cursor`; the cursor names the last item given, so that new items do not shift pages. */
export function pageOf<T>(
  all: T[],
  key: (item: T) => string,
  args: JsonObject,
  limits: { usual: number; max: number },
): PageOf<T> {
  const cursor = text(args, "cursor");
  const limit = count(args, "limit", limits.usual, limits.max);
  const after = cursor === undefined ? -1 : all.findIndex((item) => cursorOf(key(item)) === cursor);
  if (cursor !== undefined && after === -1) throw new ApiError("invalid_cursor");
  const items = all.slice(after + 1, after + 1 + limit);
  const hasMore = after + 1 + limit < all.length;
  const last = items.at(-1);
  return { items, hasMore, metadata: { next_cursor: hasMore && last !== undefined ? cursorOf(key(last)) : "" } };
}

function cursorOf(key: string): string {
  return Buffer.from(`after:${key}`).toString("base64");
}
