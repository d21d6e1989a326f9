import { isObject } from "./blocks/check.ts";
import { elementsOf } from "./blocks/validate.ts";
import { resultOf, seenAfter } from "./click.ts";
import type { DriverResult } from "./driver.ts";
import { announce } from "./events.ts";
import { apiMessage } from "./messages.ts";
import { channelOf, common } from "./payloads.ts";
import { Refused } from "./refused.ts";
import { findSeen, member, person } from "./see.ts";
import { send } from "./send.ts";
import type { Outgoing } from "./send.ts";
import type { Delivery, JsonObject } from "./types.ts";
import { stackOf } from "./views.ts";

/** Less common things a person does: shortcuts, links, reactions, and looking for an option while typing. */
export interface Shortcuts {
  /** From the search box or the plus menu: no channel, no response URL. */
  globalShortcut(userId: string, callbackId: string): Promise<DriverResult>;
  /** From a message's own menu. */
  messageShortcut(userId: string, callbackId: string, message: { channel: string; ts: string }): Promise<DriverResult>;
  /** Adds an emoji: the bot gets `reaction_added`, if it subscribes. */
  react(userId: string, message: { channel: string; ts: string }, emoji: string): void;
  /** Posts a link whose domain the app has registered: the bot gets `link_shared`, if it subscribes. */
  shareLink(userId: string, channel: string, url: string): void;
  /** Types into an external menu of the top modal; the bot's options are checked. */
  suggest(userId: string, actionId: string, typed: string): Promise<DriverResult>;
}

/** Sends what these acts send. */
export function shortcuts(outgoing: Outgoing & { url(): string }): Shortcuts {
  const { workspace } = outgoing;
  const post = (kind: Delivery["kind"], user: string, payload: JsonObject) =>
    send(outgoing, { kind, user, body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString() });
  const start = (user: string, callback_id: string) => ({
    ...common(workspace, person(workspace, user).id),
    callback_id,
    action_ts: workspace.nextTs(),
    trigger_id: workspace.issueTrigger(user),
  });
  return {
    globalShortcut: async (user, callbackId) =>
      seenAfter(await post("shortcut", user, { type: "shortcut", ...start(user, callbackId) })),
    messageShortcut: async (user, callbackId, { channel: id, ts }) => {
      const message = findSeen(workspace, user, { channel: id, ts, actionId: "" });
      const channel = member(workspace, user, id);
      const token = workspace.issueResponseUrl({
        kind: "actions",
        user,
        channel: id,
        source: { ts, ephemeral: false },
      });
      return seenAfter(
        await post("message_action", user, {
          type: "message_action",
          ...start(user, callbackId),
          channel: channelOf(channel),
          message_ts: ts,
          message: apiMessage(workspace, message, true),
          response_url: `${outgoing.url()}/actions/${workspace.data.team.id}/${token}`,
        }),
      );
    },
    react: (user, { channel, ts }, reaction) => {
      const message = findSeen(workspace, user, { channel, ts, actionId: "" });
      const item = { type: "message", channel, ts };
      announce(outgoing, user, { type: "reaction_added", user, reaction, item_user: message.user, item });
    },
    shareLink: (user, id, url) => {
      const channel = member(workspace, user, id).id;
      const links = [{ url, domain: new URL(url).hostname }];
      announce(outgoing, user, { type: "link_shared", user, channel, message_ts: workspace.nextTs(), links });
    },
    suggest: async (user, actionId, value) => {
      const view = stackOf(workspace, person(workspace, user).id).at(-1);
      const block = view?.blocks.find((one) => elementsOf(one).some(({ action_id }) => action_id === actionId));
      if (!view || !block) throw new Refused(`${user} has no menu "${actionId}" in front of them`);
      const asked = { action_id: actionId, block_id: block.block_id, value, view };
      const container = { type: "view", view_id: view.id };
      const payload = { type: "block_suggestion", ...common(workspace, user), ...asked, container };
      return suggested(await post("block_suggestion", user, payload));
    },
  };
}

/** The answer must be up to a hundred options with text and value. */
function suggested(delivery: Delivery): DriverResult {
  const result = seenAfter(delivery);
  let answer: unknown;
  try {
    answer = JSON.parse(delivery.answer);
  } catch {
    answer = undefined;
  }
  const options = isObject(answer) ? (answer["options"] ?? answer["option_groups"]) : undefined;
  const fine = Array.isArray(options) && options.length <= 100 && options.every(isObject);
  if (fine) return result;
  delivery.problem = "the answer has no usable options";
  return { ...resultOf(delivery), seen: "warning" };
}
