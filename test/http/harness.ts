import type { FastifyInstance } from "fastify";
import { systemClock } from "../../src/core/clock.ts";
import type { PolicyEvent, Scope } from "../../src/core/event.ts";
import { newId } from "../../src/core/identifiers.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import type { HttpOperations, ReceiveResult } from "../../src/http/operations.ts";
import { createServer } from "../../src/http/server.ts";
import { createCredentials, hashToken } from "../../src/ingest/authenticate.ts";
import { normaliseAll } from "../../src/ingest/normalise.ts";
import type { Store } from "../../src/store/client.ts";
import { storeEvent } from "../../src/store/events.ts";
import { inTransaction } from "../../src/store/transaction.ts";

export const tokenOf = (name: string) => `${name}-`.padEnd(40, "0");
const token = (name: string, scopes: readonly Scope[], tenantId = "default") => ({
  name,
  tenantId,
  scopes,
  tokenHash: hashToken(tokenOf(name)),
});

export const webhookSecret = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
export const bearer = (name: string) => ({ authorization: `Bearer ${tokenOf(name)}` });

const nothing: HttpOperations = {
  receive: async () => [],
  runs: async () => [],
  run: async () => undefined,
  approvals: async () => [],
  approval: async () => undefined,
  ready: async () => ({ ready: true, problems: [] }),
  metrics: async () => "",
};

export interface Logged {
  readonly details: object;
  readonly message: string;
}

/** A server with four credentials: `sender` (events), `reader` (read), `neighbour` (read, tenant acme), `both`. */
export function serverWith(operations: Partial<HttpOperations> = {}, configured = true) {
  const logged: Logged[] = [];
  const write = (details: object, message: string) => void logged.push({ details, message });
  const metrics = createMetrics();
  const server = createServer({
    operations: { ...nothing, metrics: () => metrics.registry.metrics(), ...operations },
    credentials: createCredentials({
      tokens: configured
        ? [
            token("sender", ["events"]),
            token("reader", ["read"]),
            token("neighbour", ["read"], "acme"),
            token("both", ["events", "read"]),
          ]
        : [],
      webhookSecrets: configured ? [webhookSecret] : [],
    }),
    log: { error: write, warn: write, debug: () => undefined },
    metrics,
    clock: systemClock,
  });
  return { server, logged };
}

/** Ingest as the pipeline does it, without policy: everything read is accepted. */
export function receiveInto(store: Store | undefined): HttpOperations["receive"] {
  return async ({ json, headers, sender }) => {
    const results = normaliseAll(json, { headers, sender, receivedAt: new Date(), policyName: () => undefined });
    const keep = async (event: PolicyEvent): Promise<ReceiveResult> => {
      if (!store) return { event_id: event.id, status: "accepted", runs: [] };
      const stored = await inTransaction(store.interactive, (transaction) =>
        storeEvent(transaction, event, { status: "accepted" }),
      );
      return { event_id: stored.eventId, status: stored.status === "stored" ? "accepted" : "duplicate", runs: [] };
    };
    const answers: ReceiveResult[] = [];
    for (const result of results)
      if ("ignored" in result) answers.push({ event_id: newId(), status: "ignored", reason: result.ignored, runs: [] });
      else for (const event of result.events) answers.push(await keep(event));
    return answers;
  };
}

export function post(server: FastifyInstance, payload: string | Buffer | object, headers: Record<string, string> = {}) {
  const body = typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  return server.inject({
    method: "POST",
    url: "/api/v1/events",
    payload: body,
    headers: { "content-type": "application/json", ...bearer("sender"), ...headers },
  });
}
