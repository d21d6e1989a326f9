import type { JsonObject } from "../types.ts";
import type { Call, Method } from "./method.ts";

/** api.test, apps.connections.open, auth.test, team.info: who am I talking to. */

function authTest({ workspace, url }: Call): JsonObject {
  const { team, app } = workspace.data;
  return {
    url: `${url}/`,
    team: team.name,
    user: app.name,
    team_id: team.id,
    user_id: app.botUserId,
    bot_id: app.botId,
    is_enterprise_install: false,
  };
}

function teamInfo({ workspace, url }: Call): JsonObject {
  const { id, name, domain } = workspace.data.team;
  return { team: { id, name, domain, url: `${url}/`, email_domain: "example.com", is_verified: false } };
}

export const teamMethods: Record<string, Method> = {
  "api.test": { tier: "tier4", open: true, run: ({ args }) => ({ args }) },
  "apps.connections.open": { tier: "tier3", token: "app", run: (call) => ({ url: call.openSocket() }) },
  "auth.test": { tier: "special", run: authTest },
  "team.info": { scopes: ["team:read"], tier: "tier3", run: teamInfo },
};
