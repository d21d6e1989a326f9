import type { Decision } from "../core/decision.ts";
import { resourceOf, type PolicyEvent } from "../core/event.ts";
import { newId } from "../core/identifiers.ts";
import type { Transaction } from "./client.ts";

/** What policy made of an event, as stored beside it. */
export interface EventOutcome {
  readonly status: "accepted" | "ignored";
  readonly decision?: Decision;
  /** Why it was ignored. */
  readonly reason?: string;
}

export interface StoredEvent {
  readonly status: "stored" | "duplicate";
  /** Of a duplicate: the first event's. */
  readonly eventId: string;
  readonly findingId?: string;
}

/**
 * Store an event once per (tenant, format, key) and its finding once per fingerprint, in the caller's transaction. The unique
 * index decides: of two transactions with the same key the second waits for the first to end, so there is no window between them.
 */
export async function storeEvent(
  transaction: Transaction,
  event: PolicyEvent,
  outcome: EventOutcome,
): Promise<StoredEvent> {
  const won = await transaction.$executeRaw`
    INSERT INTO event_key (tenant_id, source, key, event_id)
    VALUES (${event.tenantId}, ${event.format}, ${event.key}, ${event.id}::uuid) ON CONFLICT DO NOTHING`;
  if (won === 0) return firstOf(transaction, event);
  await transaction.$executeRaw`
    INSERT INTO event (id, tenant_id, type, format, key, body, sender, status, decision, reason)
    VALUES (${event.id}::uuid, ${event.tenantId}, ${event.type}, ${event.format}, ${event.key}, ${JSON.stringify(event)}::jsonb,
      ${JSON.stringify(event.sender)}::jsonb, ${outcome.status}, ${outcome.decision ? JSON.stringify(outcome.decision) : null}::jsonb,
      ${outcome.reason ?? null})`;
  const findingId = await upsertFinding(transaction, event);
  return { status: "stored", eventId: event.id, ...(findingId === undefined ? {} : { findingId }) };
}

async function firstOf(transaction: Transaction, event: PolicyEvent): Promise<StoredEvent> {
  const first = await transaction.eventKey.findUniqueOrThrow({
    where: { tenantId_source_key: { tenantId: event.tenantId, source: event.format, key: event.key } },
  });
  const finding =
    event.fingerprint === undefined
      ? null
      : await transaction.finding.findUnique({
          where: { tenantId_fingerprint: { tenantId: event.tenantId, fingerprint: event.fingerprint } },
          select: { id: true },
        });
  return { status: "duplicate", eventId: first.eventId, ...(finding ? { findingId: finding.id } : {}) };
}

/** Late events do not turn a finding back: only the time it was last seen moves with each of them. */
async function upsertFinding(transaction: Transaction, event: PolicyEvent): Promise<string | undefined> {
  if (event.fingerprint === undefined) return undefined;
  const { violation } = event;
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    INSERT INTO finding (id, tenant_id, fingerprint, policy_name, resource_id, severity)
    VALUES (${newId()}::uuid, ${event.tenantId}, ${event.fingerprint}, ${violation?.policy.name ?? null}, ${resourceOf(event)?.id ?? null},
      ${violation?.severity ?? null})
    ON CONFLICT (tenant_id, fingerprint) DO UPDATE SET last_seen_at = greatest(finding.last_seen_at, excluded.last_seen_at),
      severity = coalesce(excluded.severity, finding.severity)
    RETURNING id`;
  return rows[0]!.id;
}

/** An event as it was stored, or undefined. */
export async function readEvent(transaction: Transaction, id: string): Promise<PolicyEvent | undefined> {
  const row = await transaction.event.findUnique({ where: { id }, select: { body: true } });
  return row ? (row.body as unknown as PolicyEvent) : undefined;
}
