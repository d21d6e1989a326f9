import { authenticate } from "./authenticate.ts";
import { AwsError } from "./aws-error.ts";
import type { Consistency } from "./consistency.ts";
import type { AwsService, Caller } from "./service.ts";
import { parseAuthorization } from "./signature.ts";
import type { AwsState } from "./state.ts";
import type { Switches } from "./switches.ts";
import type { WireRequest } from "./wire.ts";

interface Identifying {
  readonly state: AwsState;
  readonly switches: Switches;
  readonly consistency: Consistency;
}

/** Who calls: null for an anonymous caller where the service has such; throws the service's own error otherwise. */
export function identify(gateway: Identifying, service: AwsService, request: WireRequest, now: Date): Caller | null {
  const header = request.headers["authorization"];
  if (header === undefined) {
    if (service.anonymous) return null;
    throw service.authError("missing");
  }
  const signature = parseAuthorization(header);
  if (signature === null) throw service.authError("malformed");
  if (signature.scope.service !== service.signingName) {
    throw new AwsError("NotImplemented", 501, `The sandbox has no service named ${signature.scope.service}`);
  }
  const { state } = gateway;
  const result = authenticate(credentialsSeen(gateway, signature.accessKeyId, now), request, signature, now);
  if ("problem" in result) throw service.authError(result.problem);
  // The view may be an older copy: operations work on the account as it is.
  const account = state.account(result.caller.account.id) ?? result.caller.account;
  const { region } = signature.scope;
  state.keyUses.set(signature.accessKeyId, { time: now.toISOString(), service: service.name, region });
  return { ...result.caller, account };
}

/** The state in which a key is looked up: a key that was made, stopped or deleted just now may not be known yet. */
function credentialsSeen({ state, switches, consistency }: Identifying, keyId: string, now: Date): AwsState {
  const lag = switches.settings.lag["iam"];
  const glance = consistency.view(state, "iam", lag, now.getTime(), false);
  if (standing(glance, keyId) === standing(state, keyId)) return state;
  return consistency.view(state, "iam", lag, now.getTime());
}

function standing(state: AwsState, keyId: string): string {
  const holder = state.credential(keyId)?.holder;
  if (holder === undefined) return "unknown";
  return "status" in holder ? holder.status : "session";
}
