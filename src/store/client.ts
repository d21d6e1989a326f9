import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient, type Prisma } from "./generated/client.ts";

/** One pool of connections with Prisma over it. */
export type Database = PrismaClient;
/** What a function needs that writes in its caller's transaction. */
export type Transaction = Prisma.TransactionClient;

/** Pools of DESIGN 5: floods of one kind cannot starve another. */
export interface Store {
  /** Runs: the folded write and what the driver reads. */
  readonly engine: Database;
  /** Votes, ingest, people: what somebody waits for. */
  readonly interactive: Database;
  /** Notices, sealing, reports. */
  readonly housekeeping: Database;
  /** The housekeeping pool itself, for graphile-worker. */
  readonly jobs: pg.Pool;
  readonly url: string;
  close(): Promise<void>;
}

const sizes = { engine: 6, interactive: 4, housekeeping: 4, jobs: 4 } as const;

/** Settings of reference/reliability.md 4.4: a black hole frees us in seconds, a forgotten transaction ends. */
const limits = {
  connectionTimeoutMillis: 2_000,
  query_timeout: 5_000,
  statement_timeout: 4_000,
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 10_000,
} satisfies pg.PoolConfig;

/** Open the pools of a process. Nothing connects before the first query. */
export function openStore(url: string, onError: (error: Error) => void): Store {
  const pool = (max: number, name: string) => {
    const made = new pg.Pool({ connectionString: url, max, application_name: `policycortex ${name}`, ...limits });
    // Without these listeners a lost connection would end the process.
    made.on("error", onError);
    made.on("connect", (client) => client.on("error", onError));
    return made;
  };
  const prisma = (max: number, name: string) =>
    new PrismaClient({
      adapter: new PrismaPg(pool(max, name), {
        disposeExternalPool: true,
        onPoolError: onError,
        statementNameGenerator: createStatementNames(),
      }),
      transactionOptions: { maxWait: 2_000, timeout: 8_000 },
    });
  const engine = prisma(sizes.engine, "engine");
  const interactive = prisma(sizes.interactive, "interactive");
  const housekeeping = prisma(sizes.housekeeping, "housekeeping");
  const jobs = pool(sizes.jobs, "jobs");
  const close = async () => {
    await Promise.all([engine.$disconnect(), interactive.$disconnect(), housekeeping.$disconnect()]);
    await jobs.end();
  };
  return { engine, interactive, housekeeping, jobs, url, close };
}

/** How many statements a connection keeps prepared; lists of changing length could otherwise grow without end. */
const mostPrepared = 200;

/**
 * Names by which the server keeps a statement's plan: planning the folded write takes longer than writing it. Needs a
 * session of its own, as the advisory locks do.
 */
function createStatementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    // No name: planned anew each time.
    if (names.size >= mostPrepared) return "";
    const name = `pc${names.size}`;
    names.set(sql, name);
    return name;
  };
}
