import type { Database } from "./client.ts";

/**
 * Let time pass for tests and the sandbox (DESIGN 5, Time): every due column and job moves back by `milliseconds`, in one
 * transaction. Production has no such offset.
 */
export async function elapse(database: Database, milliseconds: number): Promise<void> {
  const seconds = milliseconds / 1000;
  await database.$transaction([
    database.$executeRaw`UPDATE approval SET created_at = created_at - make_interval(secs => ${seconds}), expires_at = expires_at - make_interval(secs => ${seconds}), escalate_at = escalate_at - make_interval(secs => ${seconds}) WHERE state = 'pending'`,
    database.$executeRaw`UPDATE intent SET call_deadline = call_deadline - make_interval(secs => ${seconds})`,
    database.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = run_at - make_interval(secs => ${seconds}) WHERE locked_at IS NULL`,
    database.$executeRaw`SELECT pg_notify('jobs:insert', '{"r":0,"count":1}')`,
  ]);
}
