import { newId } from "../core/identifiers.ts";
import type { Person } from "../core/ports.ts";
import type { Transaction } from "./client.ts";

/** What a verified Slack payload and `users.info` tell about somebody. */
export interface SlackIdentityFacts {
  readonly tenantId: string;
  readonly teamId: string;
  readonly userId: string;
  readonly displayName: string;
  /** Only when Slack has verified it, within the installation's own workspace. */
  readonly verifiedEmail?: string;
}

/** The one person behind a Slack account: accounts that share a verified e-mail are one person (A1: a second account is no second vote). */
export async function personOf(transaction: Transaction, facts: SlackIdentityFacts): Promise<Person> {
  const email = facts.verifiedEmail?.toLowerCase();
  const key = email ? `email:${email}` : `slack:${facts.teamId}:${facts.userId}`;
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    INSERT INTO person (id, tenant_id, key, display_name, email) VALUES (${newId()}::uuid, ${facts.tenantId}, ${key}, ${facts.displayName}, ${email ?? null})
    ON CONFLICT (tenant_id, key) DO UPDATE SET display_name = excluded.display_name RETURNING id`;
  const id = rows[0]!.id;
  await transaction.$executeRaw`
    INSERT INTO slack_identity (team_id, user_id, tenant_id, person_id) VALUES (${facts.teamId}, ${facts.userId}, ${facts.tenantId}, ${id}::uuid)
    ON CONFLICT (team_id, user_id) DO UPDATE SET person_id = excluded.person_id, seen_at = now()`;
  return {
    id,
    tenantId: facts.tenantId,
    displayName: facts.displayName,
    slackUserId: facts.userId,
    slackTeamId: facts.teamId,
    ...(email ? { email } : {}),
  };
}

/** People by id, with their newest Slack account. */
export async function findPeople(
  transaction: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  if (ids.length === 0) return new Map();
  const rows = await transaction.person.findMany({
    where: { id: { in: [...ids] } },
    include: { identities: { orderBy: { seenAt: "desc" }, take: 1 } },
  });
  return new Map(
    rows.map((row) => {
      const account = row.identities[0];
      const slack = account ? { slackUserId: account.userId, slackTeamId: account.teamId } : {};
      return [
        row.id,
        {
          id: row.id,
          tenantId: row.tenantId,
          displayName: row.displayName,
          ...(row.email ? { email: row.email } : {}),
          ...slack,
        },
      ];
    }),
  );
}
