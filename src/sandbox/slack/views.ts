import { isObject } from "./blocks/check.ts";
import { storedBlocks } from "./blocks/stored.ts";
import { checkView } from "./blocks/validate.ts";
import { viewLimits } from "./limits.ts";
import { problemBody } from "./messages.ts";
import { ApiError } from "./methods/method.ts";
import type { Block, JsonObject, StoredView } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** Modals and Home tabs: reading what was sent, the stored form, and each person's stack. */

/** A checked view; throws `view_too_large` or `invalid_arguments` with pointers under `/view`. */
export function readView(value: unknown, type: "modal" | "home"): JsonObject {
  if (JSON.stringify(value ?? null).length > viewLimits.bytes) throw new ApiError("view_too_large");
  const problems = checkView(value, "/view", [type]);
  if (problems.length > 0 || !isObject(value)) throw new ApiError("invalid_arguments", problemBody(problems));
  return value;
}

/** The stored form of a view; `replaces` keeps the identity of the one it takes the place of. */
export function storedView(
  workspace: Workspace,
  sent: JsonObject,
  place: { replaces?: StoredView; previous?: StoredView } = {},
): StoredView {
  const { app, data } = workspace;
  const { replaces, previous } = place;
  const id = replaces?.id ?? workspace.nextId("V");
  return {
    id,
    team_id: data.team.id,
    app_id: app.id,
    app_installed_team_id: data.team.id,
    bot_id: app.botId,
    type: sent["type"] === "home" ? "home" : "modal",
    callback_id: asText(sent["callback_id"]),
    private_metadata: asText(sent["private_metadata"]),
    external_id: asText(sent["external_id"]),
    title: asObject(sent["title"]),
    submit: asObject(sent["submit"]),
    close: asObject(sent["close"]),
    blocks: storedBlocks(sent["blocks"] as Block[], () => workspace.nextId("")),
    state: { values: {} },
    hash: `${Math.floor(workspace.clock.wall() / 1_000)}.${workspace.nextId("")}`,
    root_view_id: replaces?.root_view_id ?? previous?.root_view_id ?? id,
    previous_view_id: replaces ? replaces.previous_view_id : (previous?.id ?? null),
    clear_on_close: sent["clear_on_close"] === true,
    notify_on_close: sent["notify_on_close"] === true,
    submit_disabled: sent["submit_disabled"] === true,
  };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asObject(value: unknown): JsonObject | null {
  return isObject(value) ? { emoji: true, ...value } : null;
}

export function stackOf(workspace: Workspace, user: string): StoredView[] {
  return workspace.data.views[user] ?? [];
}

export function setStack(workspace: Workspace, user: string, stack: StoredView[]): void {
  workspace.data.views[user] = stack;
  workspace.changed({ kind: "view", user });
}

/** A view anywhere, with whose it is; by id or by the app's external id. */
export function findView(
  workspace: Workspace,
  matches: (view: StoredView) => boolean,
): { user: string; view: StoredView } | undefined {
  const { views, homes } = workspace.data;
  for (const [user, stack] of [
    ...Object.entries(views),
    ...Object.entries(homes).map(([user, home]) => [user, [home]] as const),
  ]) {
    const view = stack.find(matches);
    if (view) return { user, view };
  }
  return undefined;
}

/** Puts a changed view where the old one with the same id was. */
export function replaceView(workspace: Workspace, user: string, view: StoredView): void {
  if (view.type === "home") {
    workspace.data.homes[user] = view;
    workspace.changed({ kind: "home", user });
  } else {
    const stack = stackOf(workspace, user).map((old) => (old.id === view.id ? view : old));
    setStack(workspace, user, stack);
  }
}

/** A view on top of the person's stack; `push_limit_reached` when there are three already. */
export function pushView(workspace: Workspace, user: string, sent: JsonObject): StoredView {
  const stack = stackOf(workspace, user);
  const previous = stack.at(-1);
  if (stack.length >= viewLimits.depth) throw new ApiError("push_limit_reached");
  const view = storedView(workspace, sent, previous ? { previous } : {});
  setStack(workspace, user, [...stack, view]);
  return view;
}
