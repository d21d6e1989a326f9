import { structure } from "../arguments.ts";
import { isObject } from "../blocks/check.ts";
import { checkMessageBlocks, checkView } from "../blocks/validate.ts";
import type { JsonObject } from "../types.ts";
import { ApiError, invalidArguments } from "./method.ts";
import type { Call, Method } from "./method.ts";

/** blocks.validate: the same checks without an effect; pointers are relative to the argument. */

function validate({ args }: Call): JsonObject {
  const given = ["blocks", "view", "message"].filter((name) => args[name] !== undefined && args[name] !== "");
  const [name] = given;
  if (name === undefined || given.length > 1)
    throw invalidArguments("must provide exactly one of `blocks`, `view`, or `message`");
  const { value, invalid } = structure(args, name);
  if (invalid) throw invalidArguments(`${name} is not JSON`);
  const errors = problemsOf(name, value);
  if (errors.length > 0) throw new ApiError(`invalid_${name}`, { errors });
  return {};
}

function problemsOf(name: string, value: unknown) {
  if (name === "view") return checkView(value, "", ["modal", "home"]);
  const verdict =
    name === "blocks"
      ? checkMessageBlocks(value, "")
      : checkMessageBlocks(isObject(value) ? (value["blocks"] ?? []) : value, "/blocks");
  if (verdict.error !== "msg_blocks_too_long") return verdict.problems;
  return [{ code: "failed_constraint", message: verdict.error, pointer: "" }];
}

export const blockMethods: Record<string, Method> = {
  "blocks.validate": { tier: "special", open: true, run: validate },
};
