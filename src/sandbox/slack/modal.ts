import { isObject } from "./blocks/check.ts";
import { elementsOf } from "./blocks/validate.ts";
import { chosen } from "./chosen.ts";
import { resultOf } from "./click.ts";
import type { DriverResult, SlackDriver } from "./driver.ts";
import { checkEntry } from "./entry.ts";
import { ApiError } from "./methods/method.ts";
import { viewClosed, viewSubmission } from "./payloads.ts";
import { Refused } from "./refused.ts";
import { person } from "./see.ts";
import { send } from "./send.ts";
import type { Outgoing } from "./send.ts";
import type { Delivery, JsonObject, StateValues, StoredView } from "./types.ts";
import { pushView, readView, replaceView, setStack, stackOf, storedView } from "./views.ts";
import type { Workspace } from "./workspace.ts";

/** Submitting and closing modals. */
export function modals(outgoing: Outgoing): Pick<SlackDriver, "submitView" | "closeView"> {
  const { workspace } = outgoing;
  return {
    submitView: async (userId, values) => {
      const view = topView(workspace, userId);
      if (view.submit_disabled || (!view.submit && !view.blocks.some(({ type }) => type === "input")))
        throw new Refused("this modal has no submit button");
      const submitted = { ...view, state: { values: entered(view, values) } };
      const payload = JSON.stringify(viewSubmission(workspace, userId, submitted));
      const body = new URLSearchParams({ payload }).toString();
      const delivery = await send(outgoing, { kind: "view_submission", user: userId, body });
      return afterSubmission(workspace, userId, view, delivery);
    },
    closeView: async (userId) => {
      const view = topView(workspace, userId);
      const stack = stackOf(workspace, userId);
      const closing = view.clear_on_close ? [...stack].reverse() : [view];
      setStack(
        workspace,
        userId,
        stack.filter((open) => !closing.includes(open)),
      );
      for (const closed of closing.filter(({ notify_on_close }) => notify_on_close)) {
        const payload = JSON.stringify(viewClosed(workspace, userId, closed, view.clear_on_close));
        const body = new URLSearchParams({ payload }).toString();
        await send(outgoing, { kind: "view_closed", user: userId, body });
      }
    },
  };
}

function topView(workspace: Workspace, userId: string): StoredView {
  person(workspace, userId);
  const view = stackOf(workspace, userId).at(-1);
  if (!view) throw new Refused(`${userId} has no modal open`);
  return view;
}

/** `state.values` after the client's own checks, which refuse what the client would not send. */
function entered(view: StoredView, values: Record<string, Record<string, string>>): StateValues {
  const state: StateValues = {};
  for (const block of view.blocks) {
    const blockId = block.block_id ?? "";
    for (const element of elementsOf(block)) {
      if (["button", "overflow", "image"].includes(String(element["type"]))) continue;
      const actionId = String(element["action_id"]);
      const value = chosen(element, values[blockId]?.[actionId]);
      if (block.type === "input") checkEntry(block, element, value);
      (state[blockId] ??= {})[actionId] = value;
    }
  }
  for (const [blockId, actions] of Object.entries(values))
    for (const actionId of Object.keys(actions))
      if (!state[blockId]?.[actionId]) throw new Refused(`the modal has no field ${blockId}/${actionId}`);
  return state;
}

function afterSubmission(workspace: Workspace, user: string, view: StoredView, delivery: Delivery): DriverResult {
  const trouble = (problem: string): DriverResult => {
    delivery.problem = problem;
    return { ...resultOf(delivery), seen: "modal_trouble" };
  };
  if (delivery.status < 200 || delivery.status > 299)
    return trouble(`not acknowledged (${delivery.failure ?? delivery.status})`);
  let answer: unknown = {};
  try {
    if (delivery.answer.trim() !== "") answer = JSON.parse(delivery.answer);
    if (!isObject(answer)) return trouble("the answer is not a JSON object");
    return { ...resultOf(delivery), ...applyAnswer(workspace, user, view, answer) };
  } catch (error) {
    if (error instanceof ApiError) return trouble(`${error.code} ${JSON.stringify(error.details)}`);
    if (error instanceof SyntaxError) return trouble("the answer is not JSON");
    throw error;
  }
}

function applyAnswer(
  workspace: Workspace,
  user: string,
  view: StoredView,
  answer: JsonObject,
): Pick<DriverResult, "seen" | "viewErrors" | "problem"> {
  switch (answer["response_action"]) {
    case undefined:
      setStack(
        workspace,
        user,
        stackOf(workspace, user).filter(({ id }) => id !== view.id),
      );
      return { seen: "modal_closed" };
    case "clear":
      setStack(workspace, user, []);
      return { seen: "modal_cleared" };
    case "update":
      replaceView(workspace, user, storedView(workspace, readView(answer["view"], "modal"), { replaces: view }));
      return { seen: "modal_updated" };
    case "push":
      pushView(workspace, user, readView(answer["view"], "modal"));
      return { seen: "modal_pushed" };
    case "errors":
      return fieldErrors(view, answer["errors"]);
    default:
      throw new ApiError("unknown_response_action");
  }
}

function fieldErrors(view: StoredView, errors: unknown): Pick<DriverResult, "seen" | "viewErrors" | "problem"> {
  if (!isObject(errors) || Object.keys(errors).length === 0) throw new ApiError("errors_missing");
  const inputs = new Set(view.blocks.filter(({ type }) => type === "input").map(({ block_id }) => block_id));
  const unknown = Object.keys(errors).filter((blockId) => !inputs.has(blockId));
  if (unknown.length > 0) throw new ApiError("errors_for_unknown_blocks", { blocks: unknown });
  const viewErrors = Object.fromEntries(Object.entries(errors).map(([blockId, text]) => [blockId, String(text)]));
  return { seen: "modal_errors", viewErrors };
}
