import { whoamiAnswer } from "../../blocks/answers.ts";
import type { Subcommand } from "./subcommand.ts";

export const whoamiCommand: Subcommand = {
  name: "whoami",
  usage: "whoami",
  does: "shows who you are here and which roles you hold",
  answer: async ({ person }, { operations }) => whoamiAnswer(person, await operations.rolesOf(person)),
};
