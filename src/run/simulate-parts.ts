import { actionFacts } from "../act/catalogue.ts";
import type { ActionContext, ActionDefinition, ActionFacts, ActionPlan, Connectors } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import { PolicyError } from "../core/errors.ts";
import { silentLog } from "../core/log.ts";
import type { ApprovalRequest } from "../core/ports.ts";
import type { Store } from "../store/client.ts";
import type { EngineParts } from "./engine.ts";

/** Fixed, so that a simulation can be compared with another one. */
export const simulatedRunId = "00000000-0000-7000-8000-000000000000";

/** The plan of an action that was not read: it may change something, and nothing about it is known. */
export const unreadPlan: ActionPlan = {
  targets: [],
  before: {},
  after: {},
  changes: [],
  changesSomething: true,
  blastRadius: [],
  missingPermissions: [],
  rollbackPlan: { available: false, estimated_duration_ms: 0, rollback_actions: [], reason: "known once it is read" },
  facts: {},
};

/**
 * The parts of an engine that cannot act: no database, no messages, actions that can plan and nothing else. Whatever else
 * is asked of them is our fault and throws.
 */
export function powerlessParts(input: {
  readonly catalogue: ReadonlyMap<string, ActionDefinition>;
  readonly connectors: Connectors;
  readonly mode: "dry-run" | "read";
  readonly clock: Clock;
  readonly onRequest: (request: ApprovalRequest) => string;
}): EngineParts {
  return {
    store: new Proxy({} as Store, { get: (_target, name) => refuse(`the store (${String(name)})`) }),
    write: async () => refuse("a write"),
    workerId: "simulation",
    clock: input.clock,
    log: silentLog,
    catalogue: plannersOf(input.catalogue, input.mode),
    connectors: input.mode === "read" ? input.connectors : {},
    messages: { post: async () => refuse("a message") },
    approvals: {
      request: async (request) => input.onRequest(request),
      verdict: async () => refuse("a verdict"),
      stillAuthorised: async () => refuse("authority"),
      end: async () => refuse("the end of a request"),
    },
    snapshot: async () => refuse("a snapshot"),
    paused: async () => refuse("the kill switch"),
  };
}

function refuse(what: string): never {
  throw new PolicyError("internal", `a simulation asked for ${what}`);
}

function plannersOf(
  catalogue: ReadonlyMap<string, ActionDefinition>,
  mode: "dry-run" | "read",
): ReadonlyMap<string, ActionDefinition> {
  const planners = [...actionFacts(catalogue).values()].map((facts) =>
    plannerOf(facts, mode === "read" ? catalogue.get(facts.name) : undefined),
  );
  return new Map(planners.map((planner) => [planner.name, planner]));
}

/** An action reduced to its plan; what only tells people, and what is not read, is not asked at all. */
function plannerOf(facts: ActionFacts, installed: ActionDefinition | undefined): ActionDefinition {
  const { name, changesSomething, impact, params, type } = facts;
  const plan =
    installed !== undefined && changesSomething
      ? (context: ActionContext) => installed.plan(context)
      : async () => unreadPlan;
  return {
    ...{ name, changesSomething, impact, params, type, plan },
    description: "",
    priority: installed?.priority ?? "low",
    estimatedDuration: 0,
    validate: async () => refuse(`${name}.validate`),
    execute: async () => refuse(`${name}.execute`),
    verify: async () => refuse(`${name}.verify`),
    rollback: async () => refuse(`${name}.rollback`),
  };
}
