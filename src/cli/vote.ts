import type { VoteChoice, VoteOutcome } from "../core/approval.ts";
import { createApprovals, type ApprovalService } from "../approve/approvals.ts";
import { systemClock } from "../core/clock.ts";
import { coerceError, PolicyError } from "../core/errors.ts";
import { silentLog } from "../core/log.ts";
import type { Person } from "../core/ports.ts";
import { createColleagues, type Colleagues } from "../slack/colleagues.ts";
import type { Store } from "../store/client.ts";
import { osUser, tenantId, type Surroundings } from "./server-state.ts";

export interface Ballot {
  readonly id: string;
  readonly choice: VoteChoice;
  readonly as: string | undefined;
  readonly reason: string | undefined;
}

/**
 * Vote in the sandbox, where the name is enough; the same rules, lock and audit as a click, with the operating-system
 * user beside it. Outside the sandbox a vote needs the person's own proof, which comes with the approvals issue.
 * @param check runs before the vote: that the request is there at all.
 * @throws PolicyError that exits 2: no sandbox, nobody named, an unknown or inactive person.
 */
export async function voteAs(
  store: Store,
  found: Surroundings,
  ballot: Ballot,
  check: (approvals: ApprovalService) => Promise<unknown>,
): Promise<VoteOutcome> {
  const colleagues = sandboxColleagues(store, found);
  const { as } = ballot;
  if (as === undefined || as.trim() === "")
    throw new PolicyError("bad_input", "a vote is somebody's: say whose with --as, a Slack user id or an e-mail");
  const approvals = createApprovals({ store, directory: colleagues.directory, clock: systemClock });
  await check(approvals);
  const person = await personCalled(colleagues, as.trim());
  const reason = ballot.reason?.trim() ?? "";
  if (ballot.choice === "deny" && reason === "") throw new PolicyError("bad_input", "a denial needs a --reason");
  return approvals.castVote({
    approvalId: ballot.id,
    person,
    choice: ballot.choice,
    ...(reason === "" ? {} : { reason }),
    via: "cli",
    osUser: osUser(),
  });
}

function sandboxColleagues(store: Store, { kind, sandbox }: Surroundings): Colleagues {
  if (kind === "live" || sandbox?.slackInUse === false)
    throw new PolicyError("forbidden", "a vote outside the sandbox needs the person's own proof, not a name", {
      hint: "proof at the command line comes with the approvals issue; vote in Slack",
    });
  if (sandbox === undefined)
    throw new PolicyError("bad_input", "no sandbox is running, so nobody can say who holds which role", {
      hint: "start it with npm start",
    });
  const { botToken, apiUrl } = sandbox.slack;
  return createColleagues({ botToken, apiUrl, tenantId, store, clock: systemClock, log: silentLog });
}

async function personCalled(colleagues: Colleagues, as: string): Promise<Person> {
  const known = await colleagues.find(as).catch((cause: unknown) => {
    const { message } = coerceError(cause);
    throw new PolicyError("directory_unreachable", `the sandbox's Slack does not answer: ${message}`, { cause });
  });
  if (known === undefined) throw new PolicyError("not_found", `nobody in the sandbox is called ${as}`);
  if (known.status === "refused") throw new PolicyError("forbidden", `--as ${as}: ${known.reason}`);
  return known.person;
}
