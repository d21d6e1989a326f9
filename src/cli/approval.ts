import { Option, type Command } from "commander";
import { approvalStates, type ApprovalState, type ApprovalView, type VoteChoice } from "../core/approval.ts";
import { createApprovals, type ApprovalService } from "../approve/approvals.ts";
import { systemClock } from "../core/clock.ts";
import { PolicyError } from "../core/errors.ts";
import { isId } from "../core/identifiers.ts";
import type { Directory } from "../core/ports.ts";
import type { Store } from "../store/client.ts";
import { approvalsText, approvalText } from "./approval-text.ts";
import { formatOption, print, printJson, type Format } from "./output.ts";
import type { ExitCode } from "./program.ts";
import { tenantId, withStore } from "./server-state.ts";
import { voteAs } from "./vote.ts";

/** `approval list|show|approve|deny`: the manual path when Slack is down; same rules, same audit. */
export function addApprovalCommands(program: Command, exit: (code: ExitCode) => void): void {
  const approval = program.command("approval").description("requests for approval");
  approval
    .command("list")
    .description("the newest requests")
    .addOption(new Option("--state <state>", "only these").choices(approvalStates))
    .addOption(formatOption())
    .action(async ({ state, format }: { state?: ApprovalState; format: Format }) => {
      const filter = { tenantId, ...(state === undefined ? {} : { state }) };
      const found = await withStore((store) => readOnly(store).list(filter));
      if (format === "json") printJson(found);
      else print(approvalsText(found));
    });
  approval
    .command("show <id>")
    .description("a request: the plan, who must agree, who has voted")
    .addOption(formatOption())
    .action(async (id: string, { format }: { format: Format }) => {
      const found = await withStore((store) => known(readOnly(store), id));
      if (format === "json") printJson(found);
      else print(approvalText(found));
    });
  addVoteCommand(approval, exit, "approve");
  addVoteCommand(approval, exit, "deny");
}

function addVoteCommand(approval: Command, exit: (code: ExitCode) => void, choice: VoteChoice): void {
  const command = approval
    .command(`${choice} <id>`)
    .description(choice === "approve" ? "vote to let it run" : "vote against it, with a reason")
    .option("--as <person>", "in the sandbox: who votes, by Slack user id or e-mail")
    .addOption(formatOption());
  if (choice === "approve") command.option("--reason <reason>", "why");
  else command.requiredOption("--reason <reason>", "why");
  command.action(async (id: string, options: { as?: string; reason?: string; format: Format }) => {
    const outcome = await withStore(async (store, found) => {
      const cast = { id, choice, as: options.as, reason: options.reason };
      return voteAs(store, found, cast, (approvals) => known(approvals, id));
    });
    if (options.format === "json") printJson(outcome);
    else if (outcome.outcome === "counted")
      print(`${choice}: counted, ${outcome.approved} of ${outcome.required}; the request is ${outcome.state}`);
    else throw new PolicyError(outcome.code, outcome.message);
    exit(outcome.outcome === "counted" ? 0 : 1);
  });
}

async function known(approvals: Pick<ApprovalService, "view">, id: string): Promise<ApprovalView> {
  if (!isId(id)) throw new PolicyError("bad_input", `${id} is not the id of an approval`);
  const found = await approvals.view(id);
  if (found?.tenantId !== tenantId) throw new PolicyError("not_found", `there is no approval ${id}`);
  return found;
}

/** Looking needs nobody's roles: whoever asked this directory anyway would be told so. */
const nobody: Directory = {
  members: async () => ({ status: "unreachable", reason: "the command line only looks" }),
  isActive: async () => false,
};

function readOnly(store: Store): ApprovalService {
  return createApprovals({ store, directory: nobody, clock: systemClock });
}
