import { coerceError, PolicyError } from "../core/errors.ts";
import type { ActionNode, VerifyNode } from "../core/graph.ts";
import { contextFor, definitionOf, renderParameters } from "./action-run.ts";
import type { Driving, EngineParts } from "./engine.ts";
import { failure } from "./failure.ts";
import { permitOf } from "./perform-evaluate.ts";
import type { RunCore, RunEvent, Token } from "./state.ts";

/** Reading a proof or inserting a message takes seconds, never minutes. */
const callTimeoutMs = 20_000;

/** Prove that the finding is gone. */
export async function performVerify(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: VerifyNode,
  token: Token,
): Promise<RunEvent> {
  const now = () => parts.clock.now().toISOString();
  const approved = run.data.plan.find((planned) => planned.node === node.of);
  if (run.data.steps[node.of]?.status === "skipped" || !approved)
    return { type: "skipped", at: now(), node: node.id, reason: "nothing was changed" };
  const definition = definitionOf(parts, approved.action);
  try {
    const context = contextFor(parts, run, driving, node.of, approved.parameters, definition, callTimeoutMs);
    const { status, message, evidence } = await definition.verify(context, approved.plan);
    if (status === "success") return { type: "verified", at: now(), node: node.id, message, evidence };
    return failure(parts, node, token, new PolicyError("verify_failed", message), false);
  } catch (thrown) {
    return failure(parts, node, token, coerceError(thrown), false);
  }
}

/** Hand a message to the people: the notice's key makes telling twice telling once. */
export async function performTell(
  parts: EngineParts,
  run: RunCore,
  driving: Driving,
  node: ActionNode,
  token: Token,
): Promise<RunEvent> {
  const definition = definitionOf(parts, node.action);
  const at = parts.clock.now().toISOString();
  const permit = permitOf(parts, run, driving, node);
  if (!permit.runs) return { type: "skipped", at, node: node.id, reason: permit.reason };
  try {
    const parameters = renderParameters(run, driving, node);
    const context = contextFor(parts, run, driving, node.id, parameters, definition, callTimeoutMs);
    const result = await definition.execute(context, await definition.plan(context));
    const noticeId = result.output?.["notice_id"];
    if (typeof noticeId === "string") return { type: "told", at, node: node.id, noticeId };
    const { actionRunId } = context;
    return {
      type: "executed",
      at,
      node: node.id,
      actionRunId,
      result,
      effect: false,
      reconciled: false,
      durationMs: 0,
    };
  } catch (thrown) {
    return failure(parts, node, token, coerceError(thrown), false);
  }
}
