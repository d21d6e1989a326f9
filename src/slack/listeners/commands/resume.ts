import { sentence } from "../../blocks/answers.ts";
import type { Subcommand } from "./subcommand.ts";

export const resumeCommand: Subcommand = {
  name: "resume",
  usage: "resume",
  does: "lets actions go on after a pause",
  async answer({ person }, { operations }) {
    const resumed = await operations.resume({ person });
    return sentence("refused" in resumed ? `Not resumed: ${resumed.refused}` : "Resumed.");
  },
};
