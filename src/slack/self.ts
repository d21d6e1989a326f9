import { PolicyError } from "../core/errors.ts";
import { listAt, textAt, type Call } from "./clients.ts";

/** The installation as Slack sees it. */
export interface Self {
  readonly teamId: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly scopes: readonly string[];
}

/** `auth.test`, once; a failure is forgotten, so that the next caller asks again. */
export function createSelf(reading: Call): { readonly get: () => Promise<Self>; readonly forget: () => void } {
  let known: Promise<Self> | undefined;
  return {
    get() {
      known ??= ask(reading).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
    forget: () => void (known = undefined),
  };
}

async function ask(reading: Call): Promise<Self> {
  const answer = await reading("auth.test");
  const teamId = textAt(answer, "team_id");
  const botUserId = textAt(answer, "user_id");
  if (teamId === undefined || botUserId === undefined)
    throw new PolicyError("slack_refused", "auth.test named no workspace: is SLACK_BOT_TOKEN a bot token (xoxb-…)?");
  const scopes = listAt(answer, "response_metadata", "scopes").filter((scope) => typeof scope === "string");
  return { teamId, botUserId, botId: textAt(answer, "bot_id") ?? "", scopes };
}
