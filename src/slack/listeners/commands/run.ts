import { sentence } from "../../blocks/answers.ts";
import type { Subcommand } from "./subcommand.ts";

export const runCommand: Subcommand = {
  name: "run",
  usage: "run WORKFLOW [key=value…]",
  does: "starts a workflow in your name, for example `resource.name=acme-logs severity=HIGH`",
  async answer({ words, assignments, person, channelId }, { operations, tenantId }) {
    const [workflow] = words;
    if (workflow === undefined) return sentence("Which workflow? /policycortex workflows lists them.");
    const started = await operations.startRun({ tenantId, workflow, assignments, person, channelId });
    if ("refused" in started) return sentence(`Not started: ${started.refused}`);
    return sentence(`Started ${workflow} as run ${started.runId}. Its card follows as soon as its plan is read.`);
  },
};
