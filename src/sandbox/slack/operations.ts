import { z } from "zod";

import type { BotCalls } from "./bot-calls.ts";
import { deliveryFaultKinds } from "./delivery-faults.ts";
import type { SlackDriver } from "./driver.ts";

/** The driver's operations as `POST /sandbox-api/{name}` with a JSON body: one row each. */

export interface Hands {
  driver: SlackDriver;
  bot: BotCalls;
}

type Operation = (hands: Hands, body: unknown) => unknown;

function operation<S extends z.ZodType>(schema: S, run: (hands: Hands, input: z.output<S>) => unknown): Operation {
  return (hands, body) => run(hands, schema.parse(body));
}

const id = z.string().min(1);
const options = z.object({ confirm: z.enum(["accept", "cancel"]).exactOptional(), value: z.string().exactOptional() });
const locator = z.object({
  channel: id.exactOptional(),
  ts: id,
  actionId: id,
  blockId: z.string().exactOptional(),
});
const click = locator.extend({ user: id, ...options.shape });
const fault = z.object({
  method: id,
  kind: z.enum(["error", "status", "429", "drop_after", "drop_before", "delay", "200_rate_limited"]),
  value: z.union([z.string(), z.number()]).exactOptional(),
  channel: id.exactOptional(),
  nth: z.int().positive().exactOptional(),
  times: z.int().positive().exactOptional(),
});
const user = z.object({ user: id });
const channel = z.object({ channel: id });

const moreOperations: Record<string, Operation> = {
  "set-delivery-fault": operation(
    z.object({ kind: z.enum(deliveryFaultKinds), value: z.number().exactOptional(), times: z.int().exactOptional() }),
    ({ driver }, rule) => driver.setDeliveryFault(rule),
  ),
  "clear-delivery-faults": operation(z.unknown(), ({ driver }) => driver.clearDeliveryFaults()),
  "share-channel": operation(channel.extend({ shared: z.boolean().exactOptional() }), ({ driver }, input) =>
    driver.shareChannel(input.channel, input.shared),
  ),
  "uninstall-app": operation(z.unknown(), ({ driver }) => driver.uninstallApp()),
};

export const operations: Record<string, Operation> = {
  click: operation(click, ({ driver }, { user, ...rest }) => driver.click(user, rest, rest)),
  "click-stale": operation(click.extend({ version: z.int().min(0) }), ({ driver }, { user, ...rest }) =>
    driver.clickStale(user, rest, rest),
  ),
  "double-click": operation(click, ({ driver }, { user, ...rest }) => driver.doubleClick(user, rest, rest)),
  "click-at-once": operation(
    locator.extend({ users: z.array(id), ...options.shape }),
    ({ driver }, { users, ...rest }) => driver.clickAtOnce(users, rest, rest),
  ),
  "click-view": operation(
    user.extend({ actionId: id, blockId: z.string().exactOptional(), ...options.shape }),
    ({ driver }, { user, actionId, ...rest }) => driver.clickView(user, actionId, rest),
  ),
  replay: operation(z.object({ id }), ({ driver }, input) => driver.replay(input.id)),
  forge: operation(
    z.object({
      body: z.string(),
      contentType: id.exactOptional(),
      signature: z.enum(["good", "wrong", "missing"]).exactOptional(),
      ageSeconds: z.number().exactOptional(),
    }),
    ({ driver }, input) => driver.forge(input),
  ),
  slash: operation(user.extend({ channel: id, command: id, text: z.string() }), ({ driver }, input) =>
    driver.slash(input.user, input.channel, input.command, input.text),
  ),
  "submit-view": operation(
    user.extend({ values: z.record(z.string(), z.record(z.string(), z.string())) }),
    ({ driver }, input) => driver.submitView(input.user, input.values),
  ),
  "close-view": operation(user, ({ driver }, input) => driver.closeView(input.user)),
  "open-home": operation(user, ({ driver }, input) => driver.openHome(input.user)),
  say: operation(user.extend({ channel: id, text: z.string(), threadTs: id.exactOptional() }), ({ driver }, input) =>
    driver.say(input.user, input.channel, input.text, input.threadTs),
  ),
  "set-fault": operation(fault, ({ driver }, rule) => driver.setFault(rule)),
  "clear-faults": operation(z.unknown(), ({ driver }) => driver.clearFaults()),
  "edit-user": operation(user.extend({ patch: z.record(z.string(), z.unknown()) }), ({ driver }, input) =>
    driver.editUser(input.user, input.patch),
  ),
  "edit-group": operation(z.object({ handle: id, users: z.array(id) }), ({ driver }, input) =>
    driver.editGroup(input.handle, input.users),
  ),
  "archive-channel": operation(channel.extend({ archived: z.boolean().exactOptional() }), ({ driver }, input) =>
    driver.archiveChannel(input.channel, input.archived),
  ),
  "remove-bot": operation(channel, ({ driver }, input) => driver.removeBot(input.channel)),
  "add-bot": operation(channel, ({ driver }, input) => driver.addBot(input.channel)),
  "revoke-token": operation(z.object({ revoked: z.boolean().exactOptional() }), ({ driver }, input) =>
    driver.revokeToken(input.revoked),
  ),
  ...moreOperations,
  "send-finding": operation(z.unknown(), ({ bot }) => bot.sendFinding()),
  "send-event": operation(z.object({ text: z.string() }), ({ bot }, input) => bot.sendEvent(input.text)),
  elapse: operation(z.object({ ms: z.int().positive() }), async ({ bot, driver }, { ms }) => {
    driver.elapse(ms);
    return bot.elapse(ms);
  }),
};
