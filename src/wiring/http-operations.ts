import type { HttpMetrics } from "../http/metrics.ts";
import type { HttpOperations, ReceiveResult } from "../http/operations.ts";
import { normaliseAll } from "../ingest/normalise.ts";
import { receive } from "../pipeline.ts";
import { viewRun, viewRuns } from "../run/view.ts";
import type { Slack } from "../slack/slack.ts";
import { elapse } from "../store/elapse.ts";
import type { Shared } from "./shared.ts";

export interface HttpWiring extends Shared {
  readonly slack?: Slack;
  readonly metrics: HttpMetrics;
  readonly workerProblem: () => string | undefined;
  readonly sandbox?: {
    readonly pageUrl: string;
    readonly token: string;
    readonly pass: (milliseconds: number) => void;
  };
}

/** What the routes ask of the product. */
export function createHttpOperations(wiring: HttpWiring): HttpOperations {
  const { store, approvals, slack, sandbox } = wiring;
  return {
    receive: (input) => receiveAll(wiring, input),
    ...(slack
      ? { slack: (request) => slack.handle({ rawBody: request.rawBody, headers: { ...request.headers } }) }
      : {}),
    runs: (filter) => viewRuns(store.interactive, filter),
    async run(id) {
      const run = await viewRun(store.interactive, id);
      return run && { run, approvals: await approvals.list({ tenantId: run.tenantId, runId: id }) };
    },
    approvals: (filter) => approvals.list(filter),
    approval: (id) => approvals.view(id),
    ready: () => readiness(wiring),
    metrics: () => wiring.metrics.registry.metrics(),
    ...(sandbox
      ? {
          sandbox: {
            pageUrl: sandbox.pageUrl,
            token: sandbox.token,
            elapse: async (milliseconds: number) => {
              sandbox.pass(milliseconds);
              await elapse(store.housekeeping, milliseconds);
            },
          },
        }
      : {}),
  };
}

async function receiveAll(
  wiring: HttpWiring,
  input: Parameters<HttpOperations["receive"]>[0],
): Promise<readonly ReceiveResult[]> {
  const { documents } = wiring.deployed();
  const policyName = (name: string) => documents.policyNames.nameFor(name);
  const normalised = normaliseAll(input.json, {
    headers: input.headers,
    sender: input.sender,
    receivedAt: wiring.clock.now(),
    policyName,
  });
  const events = normalised.flatMap((result) => ("events" in result ? result.events : []));
  const received = [...(await receive(wiring.pipeline, events))];
  return normalised.flatMap((result): ReceiveResult[] => {
    if (!("events" in result)) return [{ event_id: "", status: "ignored", reason: result.ignored, runs: [] }];
    return received.splice(0, result.events.length).map((one) => ({
      event_id: one.eventId,
      status: one.status,
      ...(one.decision ? { decision: one.decision.path } : {}),
      ...(one.reason === undefined ? {} : { reason: one.reason }),
      runs: one.runs,
    }));
  });
}

async function readiness(
  wiring: HttpWiring,
): Promise<{ readonly ready: boolean; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  await wiring.store.interactive.$queryRaw`SELECT 1`.catch(() => problems.push("the database does not answer"));
  const worker = wiring.workerProblem();
  if (worker !== undefined) problems.push(worker);
  return { ready: problems.length === 0, problems };
}
