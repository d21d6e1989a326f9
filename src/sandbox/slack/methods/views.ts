import { structure, text } from "../arguments.ts";
import type { JsonObject, StoredView, Trigger } from "../types.ts";
import { findView, pushView, readView, replaceView, setStack, stackOf, storedView } from "../views.ts";
import type { Workspace } from "../workspace.ts";
import { ApiError, invalidArguments } from "./method.ts";
import type { Call, Method } from "./method.ts";

/** views.*: modals need a fresh trigger of the person's own; Home tabs do not. */

function usableTrigger({ workspace, args }: Call): Trigger {
  const trigger = workspace.trigger(text(args, "trigger_id") ?? text(args, "interactivity_pointer") ?? "");
  if (!trigger) throw new ApiError("invalid_trigger_id");
  if (trigger.used) throw new ApiError("exchanged_trigger_id");
  if (workspace.clock.now() > trigger.expiresAt) throw new ApiError("expired_trigger_id");
  return trigger;
}

function sentView({ args }: Call, type: "modal" | "home"): JsonObject {
  const { value, invalid } = structure(args, "view");
  if (invalid) throw invalidArguments("view is not JSON [json-pointer:/view]");
  return readView(value, type);
}

function unusedExternalId(workspace: Workspace, sent: JsonObject, except?: StoredView): void {
  const id = sent["external_id"];
  if (id === undefined || id === "") return;
  const found = findView(workspace, (view) => view.external_id === id);
  if (found && found.view.id !== except?.id) throw new ApiError("duplicate_external_id");
}

function open(call: Call): JsonObject {
  const { workspace } = call;
  const trigger = usableTrigger(call);
  const sent = sentView(call, "modal");
  unusedExternalId(workspace, sent);
  trigger.used = true;
  const view = storedView(workspace, sent);
  setStack(workspace, trigger.user, [view]);
  return { view };
}

function push(call: Call): JsonObject {
  const { workspace } = call;
  const trigger = usableTrigger(call);
  if (stackOf(workspace, trigger.user).length === 0) throw new ApiError("not_found");
  const sent = sentView(call, "modal");
  unusedExternalId(workspace, sent);
  const view = pushView(workspace, trigger.user, sent);
  trigger.used = true;
  return { view };
}

function sameHash(args: JsonObject, view: StoredView): void {
  const hash = text(args, "hash");
  if (hash !== undefined && hash !== view.hash) throw new ApiError("hash_conflict");
}

function update(call: Call): JsonObject {
  const { workspace, args } = call;
  const [id, externalId] = [text(args, "view_id"), text(args, "external_id")];
  if (id === undefined && externalId === undefined) throw invalidArguments("missing required field: view_id");
  const found = findView(workspace, (view) => (id === undefined ? view.external_id === externalId : view.id === id));
  if (!found) throw new ApiError("not_found");
  const sent = sentView(call, found.view.type);
  unusedExternalId(workspace, sent, found.view);
  sameHash(args, found.view);
  const view = storedView(workspace, sent, { replaces: found.view });
  replaceView(workspace, found.user, view);
  return { view };
}

function publish(call: Call): JsonObject {
  const { workspace, args } = call;
  const user = workspace.user(text(args, "user_id") ?? "");
  if (!user) throw new ApiError("user_not_found");
  if (!workspace.data.settings.homeTab) throw new ApiError("not_enabled");
  const sent = sentView(call, "home");
  const old = workspace.data.homes[user.id];
  if (old) sameHash(args, old);
  unusedExternalId(workspace, sent, old);
  const view = storedView(workspace, sent, old ? { replaces: old } : {});
  replaceView(workspace, user.id, view);
  return { view };
}

export const viewMethods: Record<string, Method> = {
  "views.open": { tier: "tier4", required: ["view"], run: open },
  "views.push": { tier: "tier4", required: ["view"], run: push },
  "views.update": { tier: "tier4", required: ["view"], run: update },
  "views.publish": { tier: "tier4", required: ["user_id", "view"], run: publish },
};
