import { sentence } from "../../blocks/answers.ts";
import { findRun } from "./find-run.ts";
import type { Subcommand } from "./subcommand.ts";

export const stopCommand: Subcommand = {
  name: "stop",
  usage: "stop RUN [REASON]",
  does: "stops a run and rolls back what it changed",
  async answer({ words, person }, desk) {
    const run = await findRun(desk, words[0]);
    if ("refused" in run) return sentence(run.refused);
    const reason = words.slice(1).join(" ") || "stopped in Slack";
    const stopped = await desk.operations.stopRun({ runId: run.id, person, reason });
    return sentence("refused" in stopped ? `Not stopped: ${stopped.refused}` : `Stopping run ${run.id}: its thread tells how it ends.`); // prettier-ignore
  },
};
