import { sentence } from "../../blocks/answers.ts";
import type { Subcommand } from "./subcommand.ts";

export const pauseCommand: Subcommand = {
  name: "pause",
  usage: "pause",
  does: "stops every new action, everywhere, until resume",
  async answer({ person }, { operations }) {
    const paused = await operations.pause({ person });
    return sentence("refused" in paused ? `Not paused: ${paused.refused}` : "Paused: nothing acts until /policycortex resume."); // prettier-ignore
  },
};
