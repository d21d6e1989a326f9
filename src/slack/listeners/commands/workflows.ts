import { workflowsAnswer } from "../../blocks/answers.ts";
import type { Subcommand } from "./subcommand.ts";

export const workflowsCommand: Subcommand = {
  name: "workflows",
  usage: "workflows",
  does: "lists what can run, and on what it starts",
  answer: async (_, { operations }) => workflowsAnswer(operations.workflows()),
};
