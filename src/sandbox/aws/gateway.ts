import { setTimeout as wait } from "node:timers/promises";
import { authenticate } from "./authenticate.ts";
import { AwsError } from "./aws-error.ts";
import type { CallLog } from "./call-log.ts";
import type { FaultRule, Faults } from "./faults.ts";
import { requestId as newRequestId } from "./identifiers.ts";
import { s3 } from "./s3/service.ts";
import type { AwsService, Caller, FoundCall } from "./service.ts";
import { parseAuthorization } from "./signature.ts";
import type { AwsState } from "./state.ts";
import { sts } from "./sts/service.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

const SERVICES: readonly AwsService[] = [s3, sts];

/** What every call goes through. */
export interface Gateway {
  readonly state: AwsState;
  readonly faults: Faults;
  readonly log: CallLog;
  readonly latencyMs: number;
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
  if (gateway.latencyMs > 0) await wait(gateway.latencyMs);
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
  const { state, faults } = gateway;
  const now = new Date();
  const found = service.find(request);
  progress.found = found;
  const caller = identify(state, service, request, now);
  if (caller !== null) progress.caller = caller;
  const fault = faults.next(service.name, found.action);
  progress.fault = fault;
  if (fault?.kind === "drop_before") return null;
  if (fault?.kind === "delay") await wait(fault.ms ?? 1000);
  if (fault?.kind === "error" || fault?.kind === "throttle") throw faultError(fault, service);
  const answer = found.run({ state, request, requestId, caller, now });
  if (request.method !== "GET" && request.method !== "HEAD") state.touch();
  return fault?.kind === "drop_after" ? null : answer;
}

/** The signature's scope names the service; without one, a form is a query-protocol call and all else is S3. */
function pickService(request: WireRequest): AwsService {
  const name = parseAuthorization(request.headers["authorization"] ?? "")?.scope.service;
  const form = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  return SERVICES.find((service) => service.name === name) ?? (form || request.query.has("Action") ? sts : s3);
}

/** Who calls: null for an anonymous caller where the service has such; throws the service's own error otherwise. */
function identify(state: AwsState, service: AwsService, request: WireRequest, now: Date): Caller | null {
  const header = request.headers["authorization"];
  if (header === undefined) {
    if (service.anonymous) return null;
    throw service.authError("missing");
  }
  const signature = parseAuthorization(header);
  if (signature === null) throw service.authError("malformed");
  if (signature.scope.service !== service.name) {
    throw new AwsError("NotImplemented", 501, `The sandbox has no service named ${signature.scope.service}`);
  }
  const result = authenticate(state, request, signature, now);
  if ("problem" in result) throw service.authError(result.problem);
  return result.caller;
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
    service: service.name,
    action: progress.found?.action ?? "Unknown",
    resource: progress.found?.resource ?? "",
    status,
    errorCode,
  });
}
