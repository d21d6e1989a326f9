import { elementsOf, leaves } from "./blocks/validate.ts";
import { isObject } from "./blocks/check.ts";
import { chosen } from "./chosen.ts";
import type { DriverResult, SlackDriver } from "./driver.ts";
import { messageAction, viewAction } from "./payloads.ts";
import type { Used } from "./payloads.ts";
import { Refused } from "./refused.ts";
import { findSeen, person } from "./see.ts";
import { send } from "./send.ts";
import type { Outgoing } from "./send.ts";
import type { Block, Delivery, JsonObject, StateValues, StoredMessage } from "./types.ts";
import { stackOf } from "./views.ts";

export interface Locator {
  /** Where the message is; without it every channel is looked through. */
  channel?: string;
  ts: string;
  actionId: string;
  /** Which of several elements with the same action id. */
  blockId?: string;
}

export interface ClickOptions {
  /** What the person answers in the element's confirm dialog; an element that has one needs this. */
  confirm?: "accept" | "cancel";
  /** What is chosen or typed, for elements other than buttons: an option's value, a user id, a date, text. */
  value?: string;
}

/** Base of the server as seen by the bot, for response URLs. */
type Clicker = Outgoing & { url(): string };

/** Clicking in messages, modals and the Home tab. */
export function clicks(
  clicker: Clicker,
): Pick<SlackDriver, "click" | "clickStale" | "doubleClick" | "clickAtOnce" | "clickView"> {
  const { workspace } = clicker;
  const click: SlackDriver["click"] = async (userId, locator, options = {}) => {
    const message = findSeen(workspace, userId, locator);
    return press(clicker, userId, message, locator, options);
  };
  return {
    click,
    clickStale: async (userId, locator, options = {}) => {
      person(workspace, userId);
      const record = workspace.data.messages.find(
        ({ channel, ts }) => ts === locator.ts && channel === (locator.channel ?? channel),
      );
      const message = record?.versions[locator.version];
      if (!message) throw new Refused(`message ${locator.ts} never had a version ${locator.version}`);
      return press(clicker, userId, message, locator, options);
    },
    doubleClick: (userId, locator, options) =>
      Promise.all([click(userId, locator, options), click(userId, locator, options)]),
    clickAtOnce: (userIds, locator, options) => Promise.all(userIds.map((userId) => click(userId, locator, options))),
    clickView: (userId, actionId, options = {}) => pressInView(clicker, userId, actionId, options),
  };
}

async function press(
  clicker: Clicker,
  user: string,
  message: StoredMessage,
  locator: Locator,
  options: ClickOptions,
): Promise<DriverResult> {
  const { workspace } = clicker;
  const channel = workspace.channel(message.channel)!;
  const used = use(message.blocks, locator, options);
  if (used !== "cancelled") visibleTo(used.element, user);
  if (used === "cancelled") return cancelled;
  const source = { ts: message.ts, ephemeral: message.ephemeral_for !== undefined };
  const token = workspace.issueResponseUrl({ kind: "actions", user, channel: channel.id, source });
  const responseUrl = `${clicker.url()}/actions/${workspace.data.team.id}/${token}`;
  const values = stateOf(message.blocks, used);
  const payload = messageAction(workspace, { user, channel, message, values, responseUrl, used });
  return sendAction(clicker, user, payload);
}

async function pressInView(
  clicker: Clicker,
  user: string,
  actionId: string,
  options: ClickOptions & { blockId?: string },
): Promise<DriverResult> {
  const { workspace } = clicker;
  person(workspace, user);
  const view = stackOf(workspace, user).at(-1) ?? workspace.data.homes[user];
  if (!view) throw new Refused(`${user} has no modal open and no Home tab`);
  const used = use(view.blocks, { actionId, ...options }, options);
  if (used === "cancelled") return cancelled;
  return sendAction(clicker, user, viewAction(workspace, { user, view, used }));
}

const cancelled: DriverResult = { status: 0, body: "", ackMs: 0, seen: "cancelled" };

/** Icon buttons may be there for some people only. */
function visibleTo(element: JsonObject, user: string): void {
  const readers = element["visible_to_user_ids"];
  if (Array.isArray(readers) && readers.length > 0 && !readers.includes(user))
    throw new Refused(`${user} does not see "${String(element["action_id"])}"`);
}

/** The element as used, after its confirm dialog. */
function use(
  blocks: Block[],
  wanted: { actionId: string; blockId?: string },
  options: ClickOptions,
): Used | "cancelled" {
  const { block, element } = findElement(blocks, wanted);
  if (isObject(element["confirm"])) {
    if (options.confirm === undefined) throw new Refused(`"${wanted.actionId}" asks for confirmation first`);
    if (options.confirm === "cancel") return "cancelled";
  }
  return { blockId: block.block_id ?? "", element, chosen: chosen(element, options.value) };
}

function findElement(blocks: Block[], { actionId, blockId }: { actionId: string; blockId?: string }) {
  for (const block of leaves(blocks)) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    const element = elementsOf(block).find((one) => one["action_id"] === actionId);
    if (element) return { block, element };
  }
  throw new Refused(`there is no "${actionId}" to click here`);
}

/** `state.values` of a message: what its menus and inputs hold. */
function stateOf(blocks: Block[], used: Used): StateValues {
  const values: StateValues = {};
  for (const block of leaves(blocks))
    for (const element of elementsOf(block)) {
      if (["button", "overflow", "image", "icon_button", "feedback_buttons"].includes(String(element["type"])))
        continue;
      const state = element === used.element ? used.chosen : chosen(element, undefined);
      (values[block.block_id ?? ""] ??= {})[String(element["action_id"])] = state;
    }
  return values;
}

async function sendAction(clicker: Clicker, user: string, payload: JsonObject): Promise<DriverResult> {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return seenAfter(await send(clicker, { kind: "block_actions", user, body }));
}

/** A click shows a warning unless it was acknowledged in time. */
export function seenAfter(delivery: Delivery): DriverResult {
  const acknowledged = delivery.status >= 200 && delivery.status < 300;
  return { ...resultOf(delivery), seen: acknowledged ? "ok" : "warning" };
}

/** The part of a result that every delivery has. */
export function resultOf({ id, status, answer, ackMs, problem }: Delivery): Omit<DriverResult, "seen"> {
  return { status, body: answer, ackMs, deliveryId: id, ...(problem === undefined ? {} : { problem }) };
}
