import { resultOf } from "./click.ts";
import { isObject } from "./blocks/check.ts";
import type { DriverResult, SlackDriver } from "./driver.ts";
import { announce, sendEvent } from "./events.ts";
import { botMessage, inThread } from "./messages.ts";
import { ApiError } from "./methods/method.ts";
import { omit } from "./omit.ts";
import { slashCommand } from "./payloads.ts";
import { Refused } from "./refused.ts";
import { showResponse } from "./respond.ts";
import { member } from "./see.ts";
import { send } from "./send.ts";
import type { Outgoing } from "./send.ts";
import type { Delivery, StoredMessage } from "./types.ts";

/** The commands the app's manifest registers. */
const registered = ["/policycortex"];

/** Typing: commands, messages, and opening the app's Home tab. */
export function commands(outgoing: Outgoing & { url(): string }): Pick<SlackDriver, "slash" | "say" | "openHome"> {
  const { workspace } = outgoing;
  return {
    slash: (userId, channel, command, text) => slash(outgoing, userId, channel, command, text),
    say: async (userId, channelId, text, threadTs) => {
      const channel = member(workspace, userId, channelId);
      if (channel.archived) throw new Refused(`#${channel.name} is archived`);
      if (text.trim() === "") throw new Refused("an empty message cannot be sent");
      const message: StoredMessage = {
        type: "message",
        channel: channel.id,
        ts: workspace.nextTs(),
        user: userId,
        team: workspace.data.team.id,
        // The client escapes what people type.
        text: text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
        blocks: [],
        ...inThread(workspace, channel, threadTs),
      };
      workspace.addMessage(message);
      const event = { ...omit(message, "blocks"), channel_type: channel.kind === "im" ? "im" : "channel" };
      announce(outgoing, userId, { ...event, type: "message" });
      if (text.includes(`<@${workspace.app.botUserId}>`)) announce(outgoing, userId, { ...event, type: "app_mention" });
      return message.ts;
    },
    openHome: async (userId) => {
      const { channel } = workspace.openDm(member(workspace, userId).id);
      const view = workspace.data.homes[userId];
      const event = { type: "app_home_opened", user: userId, channel: channel.id, tab: "home" };
      return sendEvent(outgoing, userId, { ...event, ...(view ? { view } : {}) });
    },
  };
}

async function slash(
  outgoing: Outgoing & { url(): string },
  user: string,
  channelId: string,
  command: string,
  text: string,
): Promise<DriverResult> {
  const { workspace } = outgoing;
  if (!registered.includes(command)) throw new Refused(`${command} is not a valid command`);
  const channel = member(workspace, user, channelId);
  const token = workspace.issueResponseUrl({ kind: "commands", user, channel: channel.id });
  const responseUrl = `${outgoing.url()}/commands/${workspace.data.team.id}/${token}`;
  const fields = slashCommand(workspace, { user, channel, command, text, responseUrl });
  const body = new URLSearchParams(fields).toString();
  const delivery = await send(outgoing, { kind: "command", user, body });
  const failure = delivery.status >= 200 && delivery.status < 300 ? undefined : (delivery.failure ?? "status");
  if (failure === undefined) {
    showAnswer(outgoing, delivery, channel.id);
    return { ...resultOf(delivery), seen: "ok" };
  }
  const code = failure === "timeout" ? "operation_timeout" : "dispatch_failed";
  const notice = { channel: channel.id, text: `${command} failed with the error "${code}"`, blocks: [] };
  workspace.addEphemeral(botMessage(workspace, { ...notice, user: "USLACKBOT", ephemeral_for: user }));
  return { ...resultOf(delivery), seen: "failed" };
}

/** A command's answer: nothing, JSON, or text that only the person sees. */
function showAnswer({ workspace }: Outgoing, delivery: Delivery, channel: string): void {
  if (delivery.answer.trim() === "") return;
  let answer: unknown;
  try {
    answer = JSON.parse(delivery.answer);
  } catch {
    answer = { text: delivery.answer };
  }
  try {
    showResponse(workspace, { user: delivery.user, channel }, isObject(answer) ? answer : { text: delivery.answer });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    delivery.problem = `the answer cannot be shown: ${error.code} ${JSON.stringify(error.details)}`;
  }
}
