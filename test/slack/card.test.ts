import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ApprovalState, ApprovalView } from "../../src/core/approval.ts";
import type { RunState, RunView } from "../../src/core/run.ts";
import { checkMessageBlocks, checkView } from "../../src/sandbox/slack/blocks/validate.ts";
import { cardMessage, plainCard, type CardView } from "../../src/slack/blocks/card.ts";
import { denyView, detailsView, loadingView, wordsView } from "../../src/slack/blocks/details.ts";
import { textLength } from "../../src/slack/blocks/parts.ts";
import { plainProgress, progressMessage } from "../../src/slack/blocks/progress.ts";
import {
  alertMessage,
  expiredNotice,
  milestoneReply,
  voteReply,
  workflowMessage,
} from "../../src/slack/blocks/replies.ts";
import { clean, escaped } from "../../src/slack/blocks/text.ts";
import { approvalView, plannedStep, runView, stepRecord, vote } from "./views.ts";

const card = (run: RunView, approval?: ApprovalView) =>
  cardMessage(viewOf(run, approval)); // prettier-ignore
const viewOf = (run: RunView, approval?: ApprovalView): CardView => ({
  run,
  approval,
  iteration: 3,
});
const shown = (value: unknown) => JSON.stringify(value);

function expectValid(rendered: { readonly text: string; readonly blocks: readonly unknown[] }): void {
  expect(checkMessageBlocks(rendered.blocks, "/blocks")).toEqual({ problems: [] });
  expect(rendered.blocks.length).toBeLessThanOrEqual(50);
  expect(textLength(rendered.blocks)).toBeLessThanOrEqual(12_000);
  expect(rendered.text.length).toBeGreaterThan(0);
  expect(rendered.text.length).toBeLessThanOrEqual(4_000);
}

function actionsOf(rendered: { readonly blocks: readonly unknown[] }): string[] {
  return [...shown(rendered.blocks).matchAll(/"action_id":"([^"]+)"/g)].map(([, id]) => id!);
}

interface State {
  readonly name: string;
  readonly run: Partial<RunView>;
  readonly approval: Partial<ApprovalView>;
  readonly says: readonly string[];
  readonly buttons: readonly string[];
}

const done = { finishedAt: "2026-11-22T10:03:42.000Z" };
const voting = ["approval.approve", "approval.deny", "approval.details"];
const approved = { state: "approved", decidedAt: "2026-11-22T10:03:00.000Z", votes: [vote(), vote({ slackUserId: "U0OWNER", castAt: "2026-11-22T10:02:00.000Z" })] } as const; // prettier-ignore
const states: readonly State[] = [
  { name: "pending", run: {}, approval: {}, says: ["Approval needed", "What will happen", "BlockPublicAcls", "<!subteam^S0SECURITY>", "<@U0OWNER>", "0 of 2", "<!date^", "123456789012", "arn:aws:s3:::acme-logs", "bbbbbbbbbbbb", "Rollback: yes", "Blast radius: acme-logs is read by 2 roles"], buttons: voting }, // prettier-ignore
  { name: "partly approved", run: {}, approval: { votes: [vote()] }, says: ["Approved by ", "U0ANALYST", "1 of 2"], buttons: voting }, // prettier-ignore
  { name: "escalated", run: {}, approval: { escalatedAt: "2026-11-22T10:02:00.000Z", escalatedTo: ["ciso"] }, says: ["Escalated", "ciso"], buttons: voting }, // prettier-ignore
  { name: "approved, running", run: { state: "running" }, approval: approved, says: ["Running", "2 of 2", "Progress is in the thread"], buttons: ["run.stop"] }, // prettier-ignore
  { name: "done", run: { state: "succeeded", undoable: true, ...done, steps: [stepRecord(), stepRecord({ node: "verify", kind: "verify", name: "bucket is private" })] }, approval: approved, says: ["Done in 42 s", "U0OWNER", "What changed", "bucket is private"], buttons: ["run.undo"] }, // prettier-ignore
  { name: "done, undo asked for", run: { state: "succeeded", undoable: true, undoState: "waiting", ...done }, approval: approved, says: ["Undo"], buttons: [] }, // prettier-ignore
  { name: "undone", run: { state: "succeeded", undoable: true, undoState: "succeeded", ...done }, approval: approved, says: ["Undone"], buttons: [] }, // prettier-ignore
  { name: "failed", run: { state: "failed", reason: "AccessDenied", ...done, steps: [stepRecord({ status: "failed", attempts: 3, error: { code: "missing_permission", message: "s3:PutBucketPublicAccessBlock is not allowed" } }), stepRecord({ node: "x", name: "earlier step", status: "rolled_back" })] }, approval: approved, says: ["Couldn't finish", "after 3 attempts", "is not allowed", "Rolled back", "earlier step"], buttons: ["run.retry"] }, // prettier-ignore
  { name: "needs attention", run: { state: "needs_attention", reason: "the outcome is unknown" }, approval: approved, says: ["Needs attention", "the outcome is unknown"], buttons: ["run.retry", "run.stop"] }, // prettier-ignore
  { name: "rolling back", run: { state: "rolling_back", reason: "verify failed" }, approval: approved, says: ["Rolling back"], buttons: [] }, // prettier-ignore
  { name: "rolled back", run: { state: "rolled_back", ...done }, approval: approved, says: ["Rolled back"], buttons: [] }, // prettier-ignore
  { name: "denied", run: { state: "denied", ...done }, approval: { state: "denied", votes: [vote({ choice: "deny", reason: "used by the shop" })] }, says: ["Denied", "used by the shop", "strike", "Nothing was changed"], buttons: [] }, // prettier-ignore
  { name: "denied, run not yet told", run: {}, approval: { state: "denied", votes: [vote({ choice: "deny", reason: "no" })] }, says: ["Denied"], buttons: [] }, // prettier-ignore
  { name: "expired", run: { state: "expired", ...done }, approval: { state: "expired" }, says: ["Expired", "nothing was done"], buttons: ["approval.again"] }, // prettier-ignore
  { name: "expired, asked again", run: { state: "expired", ...done }, approval: { state: "expired", replacedBy: "x" }, says: ["Expired"], buttons: [] }, // prettier-ignore
  { name: "cancelled", run: { state: "cancelled", reason: "stopped by Ana", ...done }, approval: { state: "cancelled" }, says: ["Cancelled", "stopped by Ana"], buttons: [] }, // prettier-ignore
  { name: "superseded", run: {}, approval: { state: "superseded" }, says: ["Replaced"], buttons: [] },
];

describe("the card", () => {
  test.each(states)("$name: valid blocks, the right words, and no control that does not count", (state) => {
    const run = runView(state.run);
    const approval = approvalView(run, state.approval);
    const rendered = card(run, approval);
    expectValid(rendered);
    for (const words of state.says) expect(shown(rendered.blocks)).toContain(words);
    expect(actionsOf(rendered)).toEqual(state.buttons);
    const plain = { text: rendered.text, blocks: plainCard(viewOf(run, approval), rendered) };
    expectValid(plain);
    expect(actionsOf(plain)).toEqual(state.buttons);
  });

  test("every combination of states renders valid blocks; a decided request has no vote button", () => {
    const runStates: RunState[] = ["pending", "running", "waiting", "rolling_back", "needs_attention", "succeeded", "failed", "denied", "expired", "cancelled", "rolled_back"]; // prettier-ignore
    const approvalStates: ApprovalState[] = ["pending", "approved", "denied", "expired", "cancelled", "superseded"];
    for (const state of runStates) {
      const run = runView({ state });
      expectValid(card(run));
      for (const decided of approvalStates) {
        const rendered = card(run, approvalView(run, { state: decided }));
        expectValid(rendered);
        if (decided !== "pending") expect(actionsOf(rendered)).not.toContain("approval.approve");
      }
      expectValid(progressMessage(run, undefined, 1));
      expectValid({ text: "x", blocks: plainProgress(run, undefined, 1) });
    }
  });

  test("a step without a way back says so and asks once more; missing permissions are told", () => {
    const step = plannedStep();
    const rollbackPlan = { available: false, estimated_duration_ms: 0, rollback_actions: [], reason: "keys cannot be brought back" }; // prettier-ignore
    const plan = [{ ...step, plan: { ...step.plan, rollbackPlan, missingPermissions: ["iam:DeleteAccessKey"] } }];
    const run = runView({ plan });
    const rendered = card(run, approvalView(run));
    expectValid(rendered);
    expect(shown(rendered.blocks)).toContain("Rollback: no");
    expect(shown(rendered.blocks)).toContain("keys cannot be brought back");
    expect(shown(rendered.blocks)).toContain("iam:DeleteAccessKey");
    expect(shown(rendered.blocks)).toContain('"confirm"');
  });

  test("block ids change with every version of the message", () => {
    const run = runView();
    const approval = approvalView(run);
    const ids = (iteration: number) => cardMessage({ ...viewOf(run, approval), iteration }).blocks.map((block) => block.block_id); // prettier-ignore
    expect(ids(1).filter((id) => ids(2).includes(id))).toEqual([]);
  });
});

const hostile = ["<!channel>", "<@U1>", "<https://evil|Approve>", "*b*", "`code`", "\n> quoted", "{{ secrets.token }}", "{% raw %}", "<!subteam^S1>", "&amp;<!here>"]; // prettier-ignore

/** Everything from outside, replaced by one text. */
function poisoned(text: string): { run: RunView; approval: ApprovalView } {
  const step = plannedStep();
  const plan = [
    {
      ...step,
      name: text,
      action: text,
      plan: {
        ...step.plan,
        targets: step.plan.targets.map((target) => ({ ...target, name: text, id: text })),
        changes: [{ field: text, before: text, after: [text] }],
        blastRadius: [text],
        missingPermissions: [text],
        rollbackPlan: { available: true, estimated_duration_ms: 1, rollback_actions: [text], reason: text },
      },
    },
  ];
  const resource = { id: text, name: text, type: text, account: text, region: text };
  const steps = [stepRecord({ status: "failed", name: text, node: text || "n", error: { code: "internal", message: text } })]; // prettier-ignore
  const run = runView({ title: text, plan, resource, steps, environment: text, policyName: text, reason: text, notes: [text], state: "failed", workflow: text }); // prettier-ignore
  const stage = approvalView(run).stages[0]!;
  const approval = approvalView(run, {
    card: { title: text, reasons: [text] },
    votes: [vote({ name: text, reason: text, choice: "deny", slackUserId: text })],
    stages: [{ ...stage, name: text, roles: [{ role: text, slackGroupId: text, slackUserIds: [text], note: text }] }],
    escalatedAt: "2026-11-22T10:02:00.000Z",
    escalatedTo: [text],
  });
  return { run, approval };
}

/** Every message that can carry outside text. */
function allMessages({ run, approval }: { run: RunView; approval: ApprovalView }) {
  const roles = approval.stages[0]!.roles;
  return [
    card(run, approval),
    card({ ...run, state: "waiting" }, approval),
    card({ ...run, state: "denied" }, { ...approval, state: "denied" }),
    { text: "x", blocks: plainCard(viewOf(run, approval), card(run, approval)) },
    progressMessage(run, undefined, 1),
    { text: "x", blocks: plainProgress(run, undefined, 1) },
    voteReply(approval, approval.votes[0]!),
    milestoneReply(run, approval, "failed", { reason: run.title }, roles),
    milestoneReply(run, approval, "stale_2", { reason: run.title }, []),
    expiredNotice(run, approval, roles, 1),
    alertMessage(run, { what: run.title, reason: run.title }),
    workflowMessage(run.title),
  ];
}

/** What Slack would parse: mrkdwn objects and the top-level text. */
function parsed(messages: readonly { readonly text: string; readonly blocks: readonly unknown[] }[]): string {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (typeof value !== "object" || value === null) return;
    const object = value as Record<string, unknown>;
    if (object["type"] === "mrkdwn") texts.push(String(object["text"]));
    Object.values(object).forEach(walk);
  };
  for (const message of messages) {
    texts.push(message.text);
    walk(message.blocks);
  }
  return texts.join("\n");
}

describe("untrusted text", () => {
  test.each(hostile)("I1, I2: %s is shown literally: no mention, no link, no second rendering", (text) => {
    const messages = allMessages(poisoned(text));
    messages.forEach(expectValid);
    const active = parsed(messages);
    if (text.includes("<")) expect(active).not.toContain(text);
    const mentions = active.match(/<[^>]*>/g) ?? [];
    for (const mention of mentions) expect(mention).toMatch(/^<(?:!date\^|http:\/\/policycortex\.test\/runs\/)/);
    if (text.includes("{")) expect(shown(card(poisoned(text).run).blocks)).toContain(JSON.stringify(text).slice(1, -1));
  });

  test("I3: 3,001 characters, a thousand ampersands and halved emoji give valid blocks", () => {
    for (const text of [
      "x".repeat(3_001),
      "&".repeat(1_000),
      "😀".repeat(700),
      "\ud83d",
      "",
      " ",
      "<".repeat(5_000),
      "👨‍👩‍👧".repeat(300),
    ])
      allMessages(poisoned(text)).forEach(expectValid);
    expect(escaped("&".repeat(1_000), 300)).toMatch(/^(?:&amp;)+…$/);
    expect(clean("😀".repeat(100), 50)).toMatch(/^(?:😀)+…$/u);
  });

  test("I3: 60 steps with 100 changes each still fit, and say what was left out", () => {
    const step = plannedStep();
    const changes = Array.from({ length: 100 }, (_, index) => ({ field: `field ${index}`, before: "x".repeat(300), after: null })); // prettier-ignore
    const plan = Array.from({ length: 60 }, (_, index) => ({ ...step, node: `n${index}`, plan: { ...step.plan, changes } })); // prettier-ignore
    const run = runView({ plan, steps: plan.map(({ node }) => stepRecord({ node })) });
    const rendered = card(run, approvalView(run));
    expectValid(rendered);
    expect(shown(rendered.blocks)).toMatch(/and \d+ more|the first 8 here/);
    expect(actionsOf(rendered)).toEqual(voting);
    expectValid(progressMessage(run, undefined, 1));
    expect(checkView(detailsView(run, approvalView(run)), "/view", ["modal"])).toEqual([]);
  });

  test("I3: any text whatever gives valid messages and modals", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 4_000 }), (text) => {
        const views = poisoned(text);
        allMessages(views).forEach(expectValid);
        for (const view of [
          detailsView(views.run, views.approval),
          denyView("x:1", text),
          loadingView(text),
          wordsView("Details", text, "info"),
        ])
          // prettier-ignore
          expect(checkView(view, "/view", ["modal"])).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("A14: invisible and reversing characters are gone, cuts are marked, account, ARN and digest are there", () => {
    expect(clean("acme\u202Egol\u200B-s\u0000", 100)).toBe("acmegol-s");
    const { run, approval } = poisoned("acme\u202Egol\u2066\u200Bs\u0007");
    for (const message of allMessages({ run, approval })) expect(shown(message)).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B-\u200F\u0007]/); // prettier-ignore
    expect(clean("x".repeat(200), 150)).toHaveLength(150);
    expect(clean("x".repeat(200), 150).endsWith("…")).toBe(true);
    const honest = runView();
    const blocks = shown(card(honest, approvalView(honest)).blocks);
    for (const fact of ["123456789012", "arn:aws:s3:::acme-logs", "b".repeat(12)]) expect(blocks).toContain(fact);
  });
});
