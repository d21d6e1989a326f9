import type { ApprovalView, VoteView } from "../../core/approval.ts";
import type { JsonObject } from "../../core/json.ts";
import type { RunView } from "../../core/run.ts";
import type { Rendered } from "./card.ts";
import { againButton } from "./card-buttons.ts";
import { dateMention, datePart } from "./mention.ts";
import { actions, context, plainSection, trustedSection } from "./parts.ts";
import { phaseOf } from "./phase.ts";
import { outcomeLines } from "./outcome.ts";
import { bold, fitLines, richLines, said, type Line } from "./rich.ts";
import { escaped } from "./text.ts";
import { rolesText, tallyAfter, tallyText, voteParts, type AskedRole } from "./votes.ts";

/** One vote, as a permanent reply: a decision is never only ephemeral. */
export function voteReply(approval: ApprovalView, vote: VoteView): Rendered {
  const tally = tallyAfter(approval, vote);
  const done = vote.choice === "approve" ? "Approved by" : "Denied by";
  const text = `${done} ${escaped(vote.name, 80)}${tally}${vote.reason ? `: ${escaped(vote.reason, 500)}` : ""}`;
  return { text, blocks: [richLines("vote", [[...voteParts(vote), said(tally || " ")]])] };
}

/** A map, not an object: names come from rows, and `toString` is no milestone. */
const milestones = new Map([
  ["succeeded", "Done"],
  ["failed", "Couldn't finish"],
  ["denied", "Denied"],
  ["expired", "Expired"],
  ["cancelled", "Cancelled"],
  ["rolled_back", "Rolled back"],
  ["rolling_back", "Rolling back what was changed"],
  ["needs_attention", "A person has to decide"],
  ["stopped", "Stop asked for"],
  ["escalated", "Escalated: more people may decide now"],
]);

/** Something people must notice: changing the card notifies nobody. */
export function milestoneReply(
  run: RunView,
  approval: ApprovalView | undefined,
  what: string,
  payload: JsonObject,
  roles: readonly AskedRole[],
): Rendered {
  const stale = what.startsWith("stale") ? "What would change is not what was shown. A new request follows" : undefined;
  const head = stale ?? milestones.get(what) ?? what.replaceAll("_", " ");
  const reason = payload["reason"];
  const because = typeof reason === "string" && reason !== "" ? `: ${reason}` : "";
  const own: Line = [bold(head), said(`${because}.`)];
  // The run may have gone on since; what is told here is the moment itself, in the newest words while they still fit.
  const lines = what === run.state ? outcomeLines(run, approval, phaseOf(run, approval)) : [own];
  return {
    text: escaped(`${head}: ${run.title}${because}`, 2_000),
    blocks: [
      richLines("milestone", fitLines(lines.length > 0 ? lines : [own], 2_500, 12)),
      ...(roles.length > 0 ? [trustedSection("to", rolesText(roles))] : []),
    ],
  };
}

/** To the next level, when nobody decided: what expired, and the way to ask again. */
export function expiredNotice(
  run: RunView,
  approval: ApprovalView,
  roles: readonly AskedRole[],
  iteration: number,
): Rendered {
  // prettier-ignore
  const to = roles.length > 0 ? `${rolesText(roles)} ` : "";
  const summary = `Nobody decided by ${dateMention(approval.expiresAt)}, so nothing was done and the finding is still open.`;
  const open = approval.state === "expired" && approval.replacedBy === undefined;
  return {
    text: `${to}Expired: ${escaped(run.title, 400)}. ${summary}`,
    blocks: [
      trustedSection(`expired:${iteration}`, `${to}${summary}`),
      richLines(`what:${iteration}`, [[bold(run.title)], [said("Votes: "), said(tallyText(approval) || "none"), said(" · expired "), datePart(approval.expiresAt)]]), // prettier-ignore
      ...(open ? [actions(`again:${iteration}`, [againButton(run, approval)])] : [context(`closed:${iteration}`, ["This was asked for again."])]), // prettier-ignore
    ],
  };
}

/** A workflow's own message: shown letter by letter, whatever is in it. */
export function workflowMessage(text: string): Rendered {
  const pieces = text.match(/[^]{1,2900}/gu)?.slice(0, 4) ?? [""];
  return { text: escaped(text, 3_500), blocks: pieces.map((piece, index) => plainSection(`text:${index}`, piece)) };
}

/** For the operators: what is wrong, and where to look. */
export function alertMessage(run: RunView | undefined, payload: JsonObject): Rendered {
  const field = (name: string) => (typeof payload[name] === "string" ? payload[name] : undefined);
  const what = (field("text") ?? milestones.get(field("what") ?? "") ?? field("what") ?? "Alert").replaceAll("_", " ");
  const reason = field("reason");
  const about = run ? ` · ${run.title}` : "";
  const line: Line = [bold(`Alert: ${what}`), said(`${about}${reason ? `: ${reason}` : ""}`)];
  return {
    text: escaped(`Alert: ${what}${about}${reason ? `: ${reason}` : ""}`, 2_000),
    blocks: [richLines("alert", [line]), ...(run ? [context("alert-run", [`run \`${run.id.slice(-12)}\``])] : [])],
  };
}
