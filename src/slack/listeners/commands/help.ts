import { helpAnswer } from "../../blocks/answers.ts";
import type { Subcommand } from "./subcommand.ts";

/** Lists the others. */
export function helpCommand(others: readonly Subcommand[]): Subcommand {
  return {
    name: "help",
    usage: "help",
    does: "shows this",
    answer: async () => helpAnswer(others),
  };
}
