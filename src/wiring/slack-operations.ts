import { coerceError, describeError, PolicyError } from "../core/errors.ts";
import { isId } from "../core/identifiers.ts";
import type { Person } from "../core/ports.ts";
import { rolesOf, retryRun, setPaused, stopRun, undoRun } from "../run/commands.ts";
import { viewRun, viewRuns } from "../run/view.ts";
import type { Done, Operations, Started } from "../slack/operations.ts";
import type { Shared } from "./shared.ts";
import { noticeKey, wantNotice } from "../store/notices.ts";
import { inTransaction } from "../store/transaction.ts";
import { startByHand } from "./start-by-hand.ts";

/** What Slack asks of the product, answered by the stages. A refusal is a sentence; a fault stays a fault. */
export function createSlackOperations(shared: Shared): Operations {
  const { store, approvals, commands } = shared;
  const asker = (person: Person) => ({ person, via: "slack" as const });
  return {
    castVote: (vote) => approvals.castVote(vote),
    approval: async (id) => (isId(id) ? approvals.view(id) : undefined),
    approvals: (filter) => approvals.list(filter),
    run: async (id) => (isId(id) ? viewRun(store.interactive, id) : undefined),
    runs: async (filter) => [...(await viewRuns(store.interactive, { ...filter, limit: filter.limit ?? 20 }))],
    workflows: () =>
      shared.deployed().documents.workflows.map(({ name, description, trigger }) => ({
        name,
        description,
        trigger: trigger.event ?? trigger.schedule ?? "by hand",
      })),
    startRun: (request) => started(() => startByHand(shared, { ...request, via: "slack" })),
    stopRun: ({ runId, person, reason }) => done(() => stopRun(commands, asker(person), known(runId), reason ?? "")),
    undoRun: ({ runId, person }) => started(() => undoRun(commands, asker(person), known(runId))),
    retryRun: ({ runId, person }) => started(() => retryRun(commands, asker(person), known(runId))),
    requestAgain: ({ approvalId, person }) =>
      started(async () => {
        const approval = await approvals.view(known(approvalId));
        if (!approval) throw new PolicyError("not_found", "there is no such request");
        const runId = await retryRun(commands, asker(person), approval.runId, "run");
        // Card and notice both offered it; neither does any longer.
        for (const key of [noticeKey.card(approval.runId), noticeKey.expired(approval.id)])
          await inTransaction(store.interactive, (transaction) => wantNotice(transaction, key, { priority: 0 }));
        return runId;
      }),
    pause: ({ person }) => done(() => setPaused(commands, asker(person), true)),
    resume: ({ person }) => done(() => setPaused(commands, asker(person), false)),
    rolesOf: (person) => rolesOf(commands, person),
  };
}

function known(id: string): string {
  if (!isId(id)) throw new PolicyError("not_found", `${id} is not an id`);
  return id;
}

async function started(work: () => Promise<string>): Promise<Started> {
  return work().then((runId) => ({ runId }), refusal);
}

async function done(work: () => Promise<void>): Promise<Done> {
  return work().then(() => ({ done: true as const }), refusal);
}

/** What the asker can mend is a refusal; anything else is ours and must not pass for one. */
function refusal(thrown: unknown): { refused: string } {
  if (thrown instanceof PolicyError && thrown.code !== "internal") return { refused: describeError(thrown) };
  throw coerceError(thrown);
}
