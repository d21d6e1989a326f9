import type { RunView } from "../../../core/run.ts";
import { approvalsAnswer } from "../../blocks/answers.ts";
import type { Subcommand } from "./subcommand.ts";

const most = 20;

export const approvalsCommand: Subcommand = {
  name: "approvals",
  usage: "approvals",
  does: "lists what waits for a decision",
  async answer(_, { operations, tenantId }) {
    const waiting = await operations.approvals({ tenantId, state: "pending", limit: most });
    const runs = await Promise.all([...new Set(waiting.map((one) => one.runId))].map((id) => operations.run(id)));
    const known = runs.filter((run): run is RunView => run !== undefined);
    return approvalsAnswer(waiting, new Map(known.map((run) => [run.id, run])));
  },
};
