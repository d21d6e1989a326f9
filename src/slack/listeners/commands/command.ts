import type { App } from "@slack/bolt";
import { coerceError } from "../../../core/errors.ts";
import { sentence, type Answer } from "../../blocks/answers.ts";
import { refusalWords } from "../../blocks/refusals.ts";
import type { Desk } from "../../desk.ts";
import { identify } from "../../identity.ts";
import { approvalsCommand } from "./approvals.ts";
import { helpCommand } from "./help.ts";
import { historyCommand } from "./history.ts";
import { nearest } from "./nearest.ts";
import { pauseCommand } from "./pause.ts";
import { resumeCommand } from "./resume.ts";
import { runCommand } from "./run.ts";
import { statusCommand } from "./status.ts";
import { stopCommand } from "./stop.ts";
import type { Subcommand } from "./subcommand.ts";
import { undoCommand } from "./undo.ts";
import { whoamiCommand } from "./whoami.ts";
import { readCommandLine } from "./words.ts";
import { workflowsCommand } from "./workflows.ts";

/** The one command; a second deployment in a workspace may call it otherwise in its manifest. */
export const commandName = "/policycortex";

const others: readonly Subcommand[] = [
  workflowsCommand,
  runCommand,
  statusCommand,
  historyCommand,
  approvalsCommand,
  stopCommand,
  undoCommand,
  pauseCommand,
  resumeCommand,
  whoamiCommand,
];
const subcommands: readonly Subcommand[] = [helpCommand(others), ...others];

/** Acknowledge, find out who it is, answer privately. */
export function registerCommand(app: App, desk: Desk): void {
  app.command(/^\//, async ({ ack, command, respond }) => {
    await ack();
    const { text, blocks } = await answerTo(desk, command);
    await respond({ response_type: "ephemeral", text, ...(blocks ? { blocks: [...blocks] } : {}) });
  });
}

async function answerTo(desk: Desk, command: { readonly text: string; readonly channel_id: string }): Promise<Answer> {
  try {
    const known = await identify(command, desk);
    if (known.status === "refused") return { text: refusalWords.notMember(known.reason) };
    const line = readCommandLine(command.text);
    const found = subcommands.find((one) => one.name === line.name);
    if (found) return await found.answer({ ...line, person: known.person, channelId: command.channel_id }, desk);
    const guess = nearest(line.name, subcommands.map((one) => one.name)); // prettier-ignore
    const hint = guess === undefined ? "" : `Did you mean "${guess}"? `;
    return sentence(`I do not know "${line.name}". ${hint}/policycortex help lists what I understand.`);
  } catch (error) {
    desk.log.error({ reason: coerceError(error).message }, "a command could not be carried out");
    return { text: refusalWords.failed };
  }
}
