import { sentence } from "../../blocks/answers.ts";
import { findRun } from "./find-run.ts";
import type { Subcommand } from "./subcommand.ts";

export const undoCommand: Subcommand = {
  name: "undo",
  usage: "undo RUN",
  does: "asks to restore what a run changed",
  async answer({ words, person }, desk) {
    const run = await findRun(desk, words[0]);
    if ("refused" in run) return sentence(run.refused);
    const undone = await desk.operations.undoRun({ runId: run.id, person });
    return sentence("refused" in undone ? `Not undone: ${undone.refused}` : `Undo is run ${undone.runId}: its request follows in the thread.`); // prettier-ignore
  },
};
