import type { ApprovalView, VoteView } from "../../core/approval.ts";
import { isJsonObject, type Json } from "../../core/json.ts";
import type { RunView } from "../../core/run.ts";
import type { Store } from "../../store/client.ts";
import { voteById, type HeldNotice } from "../../store/notice-delivery.ts";
import { findPeople } from "../../store/people.ts";
import type { Block } from "../blocks/block.ts";
import { cardMessage, plainCard, type Rendered } from "../blocks/card.ts";
import { trustedSection } from "../blocks/parts.ts";
import { isTerminal } from "../blocks/phase.ts";
import { plainProgress, progressMessage } from "../blocks/progress.ts";
import { alertMessage, expiredNotice, milestoneReply, voteReply, workflowMessage } from "../blocks/replies.ts";
import type { AskedRole } from "../blocks/votes.ts";
import { listAt } from "../clients.ts";
import { newest } from "../newest.ts";
import type { Operations } from "../operations.ts";
import type { Urgency } from "./budget.ts";
import type { Message, Render } from "./message.ts";

interface Sources {
  readonly operations: Pick<Operations, "run" | "approval" | "approvals">;
  readonly store: Pick<Store, "housekeeping">;
}

/** A notice → its message, from the newest state of what it tells about. */
export function createRender(sources: Sources): Render {
  return async (notice) => {
    switch (notice.kind) {
      case "card":
      case "request":
        return card(sources, notice);
      case "progress":
        return progress(sources, notice);
      case "vote":
        return vote(sources, notice);
      case "milestone":
        return milestone(sources, notice);
      case "expired":
        return expired(sources, notice);
      case "message":
        return message(workflowMessage(textOf(notice, "text") ?? textOf(notice, "message") ?? ""), "ordinary");
      case "alert":
        return alert(sources, notice);
    }
  };
}

async function card(sources: Sources, notice: HeldNotice): Promise<Message | undefined> {
  const about = await runOf(sources, notice);
  if (!about) return undefined;
  const { run, approval } = about;
  const view = { run, approval, iteration: notice.wanted };
  const rendered = cardMessage(view);
  const decided = isTerminal(run) || (approval !== undefined && approval.state !== "pending");
  const broadcast = notice.kind === "request";
  return message(rendered, decided ? "urgent" : "ordinary", { plain: plainCard(view, rendered), broadcast });
}

async function progress(sources: Sources, notice: HeldNotice): Promise<Message | undefined> {
  const about = await runOf(sources, notice);
  if (!about) return undefined;
  const rendered = progressMessage(about.run, about.approval, notice.wanted);
  const plain = plainProgress(about.run, about.approval, notice.wanted);
  return message(rendered, isTerminal(about.run) ? "urgent" : "progress", { plain });
}

async function vote(sources: Sources, notice: HeldNotice): Promise<Message | undefined> {
  const approval = await sources.operations.approval(notice.subjectId);
  const voteId = textOf(notice, "voteId") ?? notice.dedupeKey.split(":")[1] ?? "";
  const row = await voteById(sources.store.housekeeping, voteId);
  if (!approval || !row) return undefined;
  // The key names the choice this reply tells; the row may hold a later one by now (A18).
  const choice = (textOf(notice, "choice") ?? notice.dedupeKey.split(":")[2]) === "deny" ? "deny" : "approve";
  const standing = approval.votes.find((other) => other.personId === row.personId && other.choice === choice);
  return message(voteReply(approval, standing ?? (await earlierVote(sources, row, choice, notice))), "ordinary");
}

/** A vote that its caster has changed since. */
async function earlierVote(
  { store }: Sources,
  row: { readonly personId: string },
  choice: VoteView["choice"],
  notice: HeldNotice,
): Promise<VoteView> {
  const person = (await findPeople(store.housekeeping, [row.personId])).get(row.personId);
  const reason = textOf(notice, "reason");
  return {
    personId: row.personId,
    name: person?.displayName ?? "somebody",
    ...(person?.slackUserId === undefined ? {} : { slackUserId: person.slackUserId }),
    ...(reason === undefined ? {} : { reason }),
    choice,
    stage: 0,
    castAt: textOf(notice, "castAt") ?? "",
    via: textOf(notice, "via") ?? "slack",
  };
}

async function milestone(sources: Sources, notice: HeldNotice): Promise<Message | undefined> {
  const about = await runOf(sources, notice);
  if (!about) return undefined;
  const what = textOf(notice, "what") ?? notice.dedupeKey.split(":").at(-1) ?? "";
  return message(milestoneReply(about.run, about.approval, what, notice.payload, rolesOf(notice, "roles")), "urgent");
}

async function expired(sources: Sources, notice: HeldNotice): Promise<Message | undefined> {
  const approval = await sources.operations.approval(notice.subjectId);
  const run = approval && (await sources.operations.run(approval.runId));
  if (!run) return undefined;
  return message(expiredNotice(run, approval, rolesOf(notice, "mention"), notice.wanted), "urgent", {
    broadcast: true,
  });
}

async function alert(sources: Sources, notice: HeldNotice): Promise<Message | undefined> {
  const about = notice.subjectKind === "none" ? undefined : await runOf(sources, notice);
  return message(alertMessage(about?.run, notice.payload), "urgent", { broadcast: true });
}

/** Run and newest request, whichever of them the notice names. */
async function runOf(
  { operations }: Sources,
  notice: HeldNotice,
): Promise<{ readonly run: RunView; readonly approval: ApprovalView | undefined } | undefined> {
  const named = notice.subjectKind === "approval" ? await operations.approval(notice.subjectId) : undefined;
  const run = await operations.run(named?.runId ?? notice.subjectId);
  if (!run) return undefined;
  return { run, approval: named ?? newest(await operations.approvals({ tenantId: run.tenantId, runId: run.id })) };
}

function message(
  rendered: Rendered,
  urgency: Urgency,
  more: { readonly plain?: readonly Block[]; readonly broadcast?: boolean } = {},
): Message {
  const plainBlocks = more.plain ?? [trustedSection("plain", rendered.text)];
  return { ...rendered, plainBlocks, urgency, broadcast: more.broadcast ?? false };
}

function textOf(notice: HeldNotice, name: string): string | undefined {
  const value = notice.payload[name];
  return typeof value === "string" ? value : undefined;
}

/** Roles whom a notice tells, as approve resolved them when it wrote it. */
function rolesOf(notice: HeldNotice, name: "mention" | "roles"): readonly AskedRole[] {
  const roles = notice.payload[name];
  if (!Array.isArray(roles)) return [];
  return (roles as readonly Json[]).filter(isJsonObject).map((role) => ({
    role: typeof role["role"] === "string" ? role["role"] : "somebody",
    ...(typeof role["slackGroupId"] === "string" ? { slackGroupId: role["slackGroupId"] } : {}),
    slackUserIds: listAt(role, "slackUserIds").filter((id) => typeof id === "string"),
  }));
}
