import { text } from "./arguments.ts";
import type { Faults } from "./faults.ts";
import type { Limiter } from "./limiter.ts";
import { ApiError, invalidArguments } from "./methods/method.ts";
import type { Method } from "./methods/method.ts";
import { methods } from "./methods/table.ts";
import { omit } from "./omit.ts";
import type { ApiCall, Fault, JsonObject } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** One Web API call from arguments to answer, in Slack's order of checks, with faults laid over it. */

export interface WebApi {
  workspace: Workspace;
  limiter: Limiter;
  faults: Faults;
  log: ApiCall[];
  url(): string;
  /** The address of a new Socket Mode connection. */
  openSocket(): string;
  enforceLimits: boolean;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: JsonObject;
  /** The connection is cut instead of answering. */
  drop?: boolean;
}

const LOG_LENGTH = 5_000;

/** Runs a call; the token is the bearer's or the `token` argument. Never throws for what a caller did wrong. */
export async function answerCall(
  api: WebApi,
  name: string,
  token: string | undefined,
  args: JsonObject,
): Promise<Answer> {
  const fault = api.faults.next(name, args);
  if (fault?.kind === "delay") await new Promise((resolve) => setTimeout(resolve, Number(fault.value ?? 0)));
  const call: ApiCall = {
    at: api.workspace.clock.wall(),
    method: name,
    args: omit(args, "token"),
    status: 200,
    ok: true,
    overLimit: false,
  };
  api.log.push(call);
  if (api.log.length > LOG_LENGTH) api.log.splice(0, api.log.length - LOG_LENGTH);
  const answer = injected(fault) ?? run(api, name, token, args, call);
  call.status = answer.status;
  call.ok = answer.body["ok"] === true;
  if (!call.ok) call.error = String(answer.body["error"]);
  return fault?.kind === "drop_after" ? { ...answer, drop: true } : answer;
}

/** The answer a fault gives in place of the effect. */
function injected(fault: Fault | undefined): Answer | undefined {
  if (!fault) return undefined;
  const refuse = (error: string, status = 200, headers = {}, drop = false): Answer => ({
    status,
    headers,
    body: { ok: false, error },
    drop,
  });
  switch (fault.kind) {
    case "error":
      return refuse(String(fault.value ?? "fatal_error"));
    case "status":
      return refuse("internal_error", Number(fault.value ?? 500));
    case "429":
      return refuse("ratelimited", 429, fault.value === undefined ? {} : { "retry-after": String(fault.value) });
    case "200_rate_limited":
      return refuse("rate_limited");
    case "drop_before":
      return refuse("dropped", 200, {}, true);
    case "drop_after":
    case "delay":
      return undefined;
  }
}

function run(api: WebApi, name: string, token: string | undefined, args: JsonObject, call: ApiCall): Answer {
  const { workspace } = api;
  const headers: Record<string, string> = { "x-oauth-scopes": workspace.data.scopes.join(",") };
  try {
    const method = methods.get(name);
    if (!method) throw new ApiError("unknown_method");
    headers["x-accepted-oauth-scopes"] = (method.scopes ?? []).join(",");
    if (method.open !== true) checkToken(workspace, token, method);
    if (method.token !== "app") checkScope(workspace, method);
    checkRequired(method, args);
    const wait = api.limiter.take(name, method.tier, text(args, "channel"));
    call.overLimit = wait > 0;
    if (wait > 0 && api.enforceLimits)
      return {
        status: 429,
        headers: { ...headers, "retry-after": String(wait) },
        body: { ok: false, error: "ratelimited" },
      };
    return {
      status: 200,
      headers,
      body: { ok: true, ...method.run({ workspace, args, url: api.url(), openSocket: () => api.openSocket() }) },
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: 200, headers, body: { ok: false, error: error.code, ...error.details } };
  }
}

function checkToken(workspace: Workspace, token: string | undefined, method: Method): void {
  const { botToken, appToken, tokenRevoked } = workspace.data;
  if (token === undefined || token === "") throw new ApiError("not_authed");
  if (token !== botToken && token !== appToken) throw new ApiError("invalid_auth");
  if ((token === appToken) !== (method.token === "app")) throw new ApiError("not_allowed_token_type");
  if (tokenRevoked) throw new ApiError("token_revoked");
}

function checkScope(workspace: Workspace, { scopes }: Method): void {
  const granted = workspace.data.scopes;
  if (!scopes || scopes.some((scope) => granted.includes(scope))) return;
  throw new ApiError("missing_scope", { needed: scopes.join(","), provided: granted.join(",") });
}

function checkRequired({ required = [] }: Method, args: JsonObject): void {
  const absent = required.filter((name) => args[name] === undefined || args[name] === null || args[name] === "");
  if (absent.length > 0) throw invalidArguments(...absent.map((name) => `missing required field: ${name}`));
}
