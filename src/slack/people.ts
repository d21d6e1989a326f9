import type { Clock } from "../core/clock.ts";
import type { Person } from "../core/ports.ts";
import type { Store } from "../store/client.ts";
import { personOf } from "../store/people.ts";
import { inTransaction } from "../store/transaction.ts";
import { flagAt, textAt, type Answer, type Call } from "./clients.ts";
import { failureOf } from "./failures.ts";

/** Somebody Slack knows: an active colleague with a person of ours, or why he may not act here. */
export type Known =
  { readonly status: "active"; readonly person: Person } | { readonly status: "refused"; readonly reason: string };

/** Slack accounts → people, at most 60 s old (S7, A3). */
export interface People {
  /** @throws when Slack or the database cannot answer: unknown is never "active". */
  byId(userId: string, maxAgeMs?: number): Promise<Known>;
  /** Nothing when nobody has that address. */
  byEmail(email: string): Promise<Known | undefined>;
  forget(userId?: string): void;
}

const goodForMs = 60_000;
const mostCached = 5_000;

export function createPeople(deps: {
  readonly reading: Call;
  readonly store: Pick<Store, "interactive">;
  readonly clock: Clock;
  readonly tenantId: string;
  self(): Promise<{ readonly teamId: string }>;
}): People {
  const { clock, reading } = deps;
  const cache = new Map<string, { readonly at: number; readonly known: Promise<Known> }>();
  const addresses = new Map<string, { readonly at: number; readonly known: Promise<Known | undefined> }>();

  const remember = (userId: string, known: Promise<Known>) => {
    if (cache.size >= mostCached) cache.clear();
    const entry = { at: clock.monotonic(), known };
    cache.set(userId, entry);
    // A failure is not an answer: the next one asks again.
    known.catch(() => {
      if (cache.get(userId) === entry) cache.delete(userId);
    });
    return known;
  };
  const judge = async (answer: Answer): Promise<Known> => {
    const { teamId } = await deps.self();
    const user = answer["user"];
    const reason = refusalOf(user, teamId);
    if (reason !== undefined) return { status: "refused", reason };
    return { status: "active", person: await save(user, teamId) };
  };
  const save = async (user: unknown, teamId: string): Promise<Person> => {
    const email = flagAt(user, "is_email_confirmed") || !hasFlag(user) ? textAt(user, "profile", "email") : undefined;
    const facts = {
      tenantId: deps.tenantId,
      teamId,
      userId: textAt(user, "id")!,
      displayName: textAt(user, "real_name") ?? textAt(user, "profile", "real_name") ?? textAt(user, "name") ?? "unknown", // prettier-ignore
      ...(email === undefined ? {} : { verifiedEmail: email }),
    };
    return inTransaction(deps.store.interactive, (transaction) => personOf(transaction, facts));
  };
  const ask = async (email: string): Promise<Known | undefined> => {
    const answer = await lookUp(reading, "users.lookupByEmail", { email });
    const id = textAt(answer, "user", "id");
    return answer && id !== undefined ? remember(id, judge(answer)) : undefined;
  };
  return {
    byId(userId, maxAgeMs = goodForMs) {
      const cached = cache.get(userId);
      if (cached && clock.monotonic() - cached.at < maxAgeMs) return cached.known;
      return remember(userId, lookUp(reading, "users.info", { user: userId }).then((answer) => answer ? judge(answer) : stranger)); // prettier-ignore
    },
    byEmail(email) {
      const cached = addresses.get(email);
      if (cached && clock.monotonic() - cached.at < goodForMs) return cached.known;
      if (addresses.size >= mostCached) addresses.clear();
      const entry = { at: clock.monotonic(), known: ask(email) };
      addresses.set(email, entry);
      // Who is not there yet may be invited any moment; a failure is not an answer.
      const drop = () => void (addresses.get(email) === entry && addresses.delete(email));
      entry.known.then((known) => known ?? drop(), drop);
      return entry.known;
    },
    forget(userId) {
      addresses.clear();
      if (userId === undefined) cache.clear();
      else cache.delete(userId);
    },
  };
}

const stranger: Known = { status: "refused", reason: "your account is not known in this workspace" };

/** Slack confirms addresses before it tells them; only an account that says otherwise is not taken at its word. */
function hasFlag(user: unknown): boolean {
  return typeof user === "object" && user !== null && "is_email_confirmed" in user;
}

/** Why this account may not act, in words; undefined for an active colleague. */
function refusalOf(user: unknown, teamId: string): string | undefined {
  if (flagAt(user, "deleted")) return "this account is deactivated";
  if (flagAt(user, "is_bot")) return "bots cannot act here";
  if (flagAt(user, "is_restricted") || flagAt(user, "is_ultra_restricted")) return "guests cannot act here";
  if (flagAt(user, "is_stranger") || textAt(user, "team_id") !== teamId)
    return "only members of this workspace can act here";
  return undefined;
}

/** Nothing when Slack says that there is no such user; every other failure is thrown. */
async function lookUp(reading: Call, method: string, args: Record<string, unknown>): Promise<Answer | undefined> {
  try {
    return await reading(method, args);
  } catch (error) {
    const code = failureOf(error).code;
    if (["user_not_found", "users_not_found", "user_not_visible"].includes(code)) return undefined;
    throw error;
  }
}
