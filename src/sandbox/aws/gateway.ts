import { setTimeout as wait } from "node:timers/promises";
import { AwsError } from "./aws-error.ts";
import type { CallLog } from "./call-log.ts";
import type { Consistency } from "./consistency.ts";
import { isRead } from "./consistency.ts";
import type { FaultRule, Faults } from "./faults.ts";
import { identify } from "./identify.ts";
import { requestId as newRequestId } from "./identifiers.ts";
import type { AwsService, CallContext, Caller, FoundCall } from "./service.ts";
import { pickService } from "./services.ts";
import type { AwsState } from "./state.ts";
import type { Switches } from "./switches.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

/** What every call goes through. */
export interface Gateway {
  readonly state: AwsState;
  readonly faults: Faults;
  readonly switches: Switches;
  readonly consistency: Consistency;
  readonly log: CallLog;
}

/** What became of a call so far; filled in step by step, so that a failure at any step is logged with what is known. */
interface Progress {
  found?: FoundCall;
  caller?: Caller;
  fault?: FaultRule | undefined;
}

/** Serves one API call; null when the connection is to be dropped without an answer. */
export async function serveCall(gateway: Gateway, request: WireRequest): Promise<WireAnswer | null> {
  const requestId = newRequestId();
  const service = pickService(request);
  const progress: Progress = {};
  const time = new Date();
  const latency = gateway.switches.latencyOf(service.name);
  if (latency > 0) await wait(latency);
  try {
    const answer = await run(gateway, service, request, requestId, progress);
    record(gateway, service, time, progress, answer?.status ?? 0, answer === null ? (progress.fault?.kind ?? "") : "");
    return answer;
  } catch (error) {
    const known = error instanceof AwsError ? error : new AwsError("InternalError", 500, String(error));
    record(gateway, service, time, progress, known.status, known.code);
    return service.fail(known, request, requestId);
  }
}

async function run(
  gateway: Gateway,
  service: AwsService,
  request: WireRequest,
  requestId: string,
  progress: Progress,
): Promise<WireAnswer | null> {
  const now = new Date();
  const found = service.find(request);
  progress.found = found;
  const caller = identify(gateway, service, request, now);
  if (caller !== null) progress.caller = caller;
  const fault = gateway.faults.next(service.name, found.action);
  progress.fault = fault;
  if (fault?.kind === "drop_before") return null;
  if (fault?.kind === "delay") await wait(fault.ms ?? 1000);
  if (fault?.kind === "error" || fault?.kind === "throttle") throw faultError(fault, service);
  if (!gateway.switches.admits(caller?.account.id ?? "", service.name, now.getTime())) throw service.throttle();
  if (caller !== null) refuseDenied(gateway, service, found, caller);
  const answer = perform(gateway, service, found, { request, requestId, caller, now });
  return fault?.kind === "drop_after" ? null : answer;
}

/** Runs the operation: a read on what the service shows at this moment, a write on the state itself. */
function perform(
  gateway: Gateway,
  service: AwsService,
  found: FoundCall,
  call: Omit<CallContext, "state" | "iam">,
): WireAnswer {
  const { state, switches, consistency } = gateway;
  const { lag } = switches.settings;
  const now = call.now.getTime();
  const iam = () => consistency.view(state, "iam", lag["iam"], now);
  if (isRead(found.action)) {
    const seen = consistency.view(state, service.name, lag[service.name], now);
    const account = call.caller && seen.account(call.caller.account.id);
    const caller = call.caller && account ? { ...call.caller, account } : call.caller;
    return found.run({ ...call, state: seen, iam, caller });
  }
  const forget = consistency.beforeWrite(state, service.name, lag[service.name], now);
  try {
    const answer = found.run({ ...call, state, iam });
    state.touch();
    return answer;
  } catch (error) {
    forget();
    throw error;
  }
}

/** Throws the service's own "access denied" for a call that a switch denies. */
function refuseDenied(gateway: Gateway, service: AwsService, found: FoundCall, caller: Caller): void {
  const permission = found.permission ?? `${service.name}:${found.action}`;
  if (!gateway.switches.denies(caller, [permission, `${service.name}:${found.action}`])) return;
  const resource = service.name === "s3" ? `"arn:aws:s3:::${found.resource}"` : found.resource || "*";
  throw service.denied(
    `User: ${caller.arn} is not authorized to perform: ${permission} on resource: ${resource} ` +
      `because no identity-based policy allows the ${permission} action`,
  );
}

function faultError(fault: FaultRule, service: AwsService): AwsError {
  const usual =
    fault.kind === "throttle"
      ? service.throttle()
      : new AwsError("InternalError", 500, "We encountered an internal error. Please try again.");
  return new AwsError(fault.code ?? usual.code, fault.status ?? usual.status, usual.message);
}

function record(
  gateway: Gateway,
  service: AwsService,
  time: Date,
  progress: Progress,
  status: number,
  errorCode: string,
): void {
  gateway.log.add({
    time: time.toISOString(),
    account: progress.caller?.account.id ?? "",
    principal: progress.caller?.arn ?? "",
    service: service.name,
    action: progress.found?.action ?? "Unknown",
    resource: progress.found?.resource ?? "",
    status,
    errorCode,
  });
}
