import type { ActionContext, ActionDefinition } from "../../src/core/action.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { Json } from "../../src/core/json.ts";
import type { Messages } from "../../src/core/ports.ts";

/** What the contract suite needs of an action: one file `<folder>.fixture.ts` per action exports this as `fixture`. */
export interface Fixture {
  readonly action: ActionDefinition;
  /** Ways to call it that change something, each played through the whole contract. */
  readonly cases: readonly FixtureCase[];
  /** Parameters that must be refused besides those with an unknown key. */
  readonly badParams: readonly Json[];
  open(chosen: FixtureCase): Promise<World>;
}

export interface FixtureCase {
  readonly title: string;
  readonly params: Record<string, Json>;
  /** Changes the fresh world before the test starts. */
  readonly prepare?: (world: World) => void;
}

/** A fresh world for one test. */
export interface World {
  context(overrides?: Partial<ActionContext>): ActionContext;
  /** Everything the action could change, exactly. */
  read(): Json;
  /** Somebody else changes the target. */
  disturb(): void;
  /** Provider calls so far that change something, whether they succeeded or not. */
  writes(): readonly string[];
  /** The next call that changes something, or every read (`reads`), goes wrong. */
  fault(kind: FaultKind): void;
  /** Texts that must never be in a result or an error. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

export type FaultKind =
  "throttled_write" | "refused_write" | "lost_answer" | "lost_request" | "slow_write" | "throttled_reads";

/** Time that passes at once, so that a verification's patience costs a test nothing. */
export function quickClock(): Clock {
  let elapsed = 0;
  return {
    now: () => new Date(1_800_000_000_000 + elapsed),
    monotonic: () => elapsed,
    sleep: async (milliseconds) => {
      elapsed += milliseconds;
    },
  };
}

/** The context of one action run; what a fixture has to say more comes in `parts`. */
export function contextOf(parts: Partial<ActionContext>): ActionContext {
  return {
    params: {},
    tenantId: "default",
    runId: "run-1",
    actionRunId: "run-1:fix:0",
    signal: new AbortController().signal,
    clock: quickClock(),
    messages: noMessages,
    connectors: {},
    ...parts,
  };
}

const noMessages: Messages = {
  post: async () => {
    throw new Error("this action tells nobody anything");
  },
};
