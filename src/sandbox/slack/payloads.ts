import { apiMessage } from "./messages.ts";
import { omit } from "./omit.ts";
import type { Channel, JsonObject, StateValues, StoredMessage, StoredView } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** Interaction payloads with exactly the fields of slack.md 5.9. */

export interface Used {
  blockId: string;
  element: JsonObject;
  /** What {@link chosen} says about it. */
  chosen: JsonObject;
}

/** What every interaction says of who, which app and which team. */
export function common(workspace: Workspace, userId: string): JsonObject {
  const { data, app } = workspace;
  const name = workspace.user(userId)?.name ?? userId;
  return {
    user: { id: userId, username: name, name, team_id: workspace.user(userId)?.team_id ?? data.team.id },
    api_app_id: app.id,
    token: data.verificationToken,
    team: { id: data.team.id, domain: data.team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

function actions(workspace: Workspace, { blockId, element, chosen }: Used): JsonObject[] {
  const shown = omit(element, "options", "option_groups");
  return [{ ...shown, ...chosen, block_id: blockId, action_ts: workspace.nextTs() }];
}

/** A channel as interactions name it. */
export function channelOf({ id, name, kind }: Channel): JsonObject {
  return { id, name: kind === "private" ? "privategroup" : kind === "im" ? "directmessage" : name };
}

/** A click on a message; ephemeral messages are named in the container but not included. */
export function messageAction(
  workspace: Workspace,
  from: {
    user: string;
    channel: Channel;
    message: StoredMessage;
    values: StateValues;
    responseUrl: string;
    used: Used;
  },
): JsonObject {
  const { message, channel } = from;
  const is_ephemeral = message.ephemeral_for !== undefined;
  const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  return {
    type: "block_actions",
    ...common(workspace, from.user),
    container: { type: "message", message_ts: message.ts, channel_id: channel.id, is_ephemeral, ...thread },
    trigger_id: workspace.issueTrigger(from.user),
    channel: channelOf(channel),
    ...(is_ephemeral ? {} : { message: apiMessage(workspace, message, true) }),
    state: { values: from.values },
    response_url: from.responseUrl,
    actions: actions(workspace, from.used),
  };
}

/** A click inside a modal or on the Home tab. */
export function viewAction(workspace: Workspace, from: { user: string; view: StoredView; used: Used }): JsonObject {
  return {
    type: "block_actions",
    ...common(workspace, from.user),
    container: { type: "view", view_id: from.view.id },
    trigger_id: workspace.issueTrigger(from.user),
    view: from.view,
    state: from.view.state,
    actions: actions(workspace, from.used),
  };
}

export function viewSubmission(workspace: Workspace, user: string, view: StoredView): JsonObject {
  return {
    type: "view_submission",
    ...common(workspace, user),
    trigger_id: workspace.issueTrigger(user),
    view,
    response_urls: [],
  };
}

export function viewClosed(workspace: Workspace, user: string, view: StoredView, isCleared: boolean): JsonObject {
  return { type: "view_closed", ...common(workspace, user), view, is_cleared: isCleared };
}

/** The form fields of a slash command, all text. */
export function slashCommand(
  workspace: Workspace,
  from: { user: string; channel: Channel; command: string; text: string; responseUrl: string },
): Record<string, string> {
  const { data, app } = workspace;
  return {
    token: data.verificationToken,
    team_id: data.team.id,
    team_domain: data.team.domain,
    channel_id: from.channel.id,
    channel_name: String(channelOf(from.channel)["name"]),
    user_id: from.user,
    user_name: workspace.user(from.user)?.name ?? from.user,
    command: from.command,
    text: from.text,
    api_app_id: app.id,
    is_enterprise_install: "false",
    response_url: from.responseUrl,
    trigger_id: workspace.issueTrigger(from.user),
  };
}

/** The Events API's envelope around one event. */
export function eventEnvelope(workspace: Workspace, event: JsonObject): JsonObject {
  const { data, app } = workspace;
  const channel = typeof event["channel"] === "string" ? workspace.channel(event["channel"]) : undefined;
  return {
    token: data.verificationToken,
    team_id: data.team.id,
    context_team_id: data.team.id,
    context_enterprise_id: null,
    api_app_id: app.id,
    event,
    type: "event_callback",
    event_id: workspace.nextId("Ev"),
    event_time: Math.floor(workspace.clock.wall() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: data.team.id,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: channel?.ext_shared ?? false,
    event_context: workspace.nextId("EC"),
  };
}
