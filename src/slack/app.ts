import { App } from "@slack/bolt";
import { webClientOptions, slackLogger, type ClientOptions } from "./clients.ts";
import type { Desk } from "./desk.ts";
import { againButton } from "./listeners/actions/again.ts";
import { approveButton } from "./listeners/actions/approve.ts";
import { denyButton } from "./listeners/actions/deny.ts";
import { detailsButton } from "./listeners/actions/details.ts";
import { retryButton } from "./listeners/actions/retry.ts";
import { stopButton } from "./listeners/actions/stop.ts";
import { undoButton } from "./listeners/actions/undo.ts";
import { registerUnknownAction } from "./listeners/actions/unknown.ts";
import { registerCommand } from "./listeners/commands/command.ts";
import { registerMembershipEvents } from "./listeners/events/membership.ts";
import { registerRemovalEvents } from "./listeners/events/removal.ts";
import { registerButton } from "./listeners/press.ts";
import { registerDenyReason } from "./listeners/views/deny-reason.ts";
import type { HttpReceiver } from "./receiver.ts";

export const buttons = [
  approveButton,
  denyButton,
  detailsButton,
  againButton,
  undoButton,
  stopButton,
  retryButton,
] as const;

/** Bolt with everything it listens to. Verification, replays and identity are ours, so it gets neither secret nor session. */
export function createApp(desk: Desk, receiver: HttpReceiver, options: ClientOptions): App {
  const app = new App({
    receiver,
    // Every workspace's payload reaches the listeners: they refuse strangers with words instead of silence.
    authorize: async () => {
      const { botId, botUserId, teamId } = await desk.self();
      return { botToken: options.botToken, botId, botUserId, teamId };
    },
    convoStore: false,
    clientOptions: webClientOptions(options, desk.log),
    logger: slackLogger(desk.log),
  });
  for (const button of buttons) registerButton(app, desk, button);
  registerUnknownAction(app, desk, buttons.map((button) => button.actionId)); // prettier-ignore
  registerDenyReason(app, desk);
  registerCommand(app, desk);
  registerMembershipEvents(app, desk);
  registerRemovalEvents(app, desk);
  app.error(async (error) => desk.log.error({ reason: error.message }, "a Slack listener failed"));
  return app;
}
