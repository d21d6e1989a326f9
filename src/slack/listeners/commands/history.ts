import { runsAnswer } from "../../blocks/answers.ts";
import type { Subcommand } from "./subcommand.ts";

const most = 15;

export const historyCommand: Subcommand = {
  name: "history",
  usage: "history [WORKFLOW]",
  does: "lists the last runs",
  async answer({ words: [workflow] }, { operations, tenantId }) {
    const only = workflow === undefined ? {} : { workflow };
    const runs = await operations.runs({ tenantId, ...only, limit: most });
    return runsAnswer(workflow === undefined ? "Last runs" : `Last runs of ${workflow}`, runs);
  },
};
