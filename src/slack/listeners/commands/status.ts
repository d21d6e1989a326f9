import { sentence, statusAnswer } from "../../blocks/answers.ts";
import { newest } from "../../newest.ts";
import { findRun } from "./find-run.ts";
import type { Subcommand } from "./subcommand.ts";

export const statusCommand: Subcommand = {
  name: "status",
  usage: "status RUN",
  does: "shows where a run stands",
  async answer({ words }, desk) {
    const run = await findRun(desk, words[0]);
    if ("refused" in run) return sentence(run.refused);
    const approvals = await desk.operations.approvals({ tenantId: desk.tenantId, runId: run.id });
    return statusAnswer(run, newest(approvals));
  },
};
