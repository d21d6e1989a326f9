import { resultOf } from "./click.ts";
import type { DriverResult, SlackDriver } from "./driver.ts";
import { Refused } from "./refused.ts";
import { send } from "./send.ts";
import type { Outgoing } from "./send.ts";
import type { Delivery } from "./types.ts";

export interface Forgery {
  /** The raw body; take one from a delivery and change it. */
  body: string;
  contentType?: string;
  /** `wrong` signs with another secret, `missing` sends none; default good: a signed lie. */
  signature?: "good" | "wrong" | "missing";
  /** Age of the signature in seconds; negative is the future. */
  ageSeconds?: number;
}

/** What attackers do: the same request again, or one made up. */
export function forgeries(outgoing: Outgoing): Pick<SlackDriver, "replay" | "forge"> {
  return {
    replay: async (deliveryId) => {
      const found = outgoing.deliveries.find(({ id }) => id === deliveryId);
      if (!found) throw new Refused(`there is no delivery ${deliveryId}`);
      const { user, body, contentType, headers } = found;
      return told(await send(outgoing, { kind: "replay", user, body, contentType, headers }));
    },
    forge: async ({ body, contentType, signature = "good", ageSeconds = 0 }) => {
      const secret = { good: {}, wrong: { secret: "not-the-secret" }, missing: { secret: "" } }[signature];
      const type = contentType === undefined ? {} : { contentType };
      const request = { kind: "forged" as const, user: "", body, skewSeconds: -ageSeconds };
      return told(await send(outgoing, { ...request, ...type, ...secret }));
    },
  };
}

function told(delivery: Delivery): DriverResult {
  const accepted = delivery.status >= 200 && delivery.status < 300;
  return { ...resultOf(delivery), seen: accepted ? "ok" : "failed" };
}
