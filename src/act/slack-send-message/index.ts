import { defineAction } from "../define-action.ts";
import { params, type Params } from "./params.ts";

/**
 * Seed workflow `auto-remediate-s3-public-access`, step `notify_team`. The Messages port stores a notice once per action
 * run, however often an attempt is repeated; the run goes on when the notice is delivered.
 */
export const action = defineAction<Params>({
  name: "send_slack_message",
  description: "Posts a message to a Slack channel",
  type: "notification",
  priority: "immediate",
  impact: "LOW",
  changesSomething: false,
  params,
  estimatedDuration: 2_000,
  execute: async (context) => {
    const { channel, message } = context.params;
    const noticeId = await context.messages.post({
      key: context.actionRunId,
      runId: context.runId,
      tenantId: context.tenantId,
      channel,
      text: message,
    });
    return {
      status: "success",
      message: `message to ${channel} accepted for delivery`,
      affected_systems: [`slack:${channel}`],
      output: { notice_id: noticeId },
    };
  },
});
