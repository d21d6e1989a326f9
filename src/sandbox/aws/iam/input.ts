import type { Account } from "../model.ts";
import { signedCaller } from "../protocol/signed-caller.ts";
import type { CallContext } from "../service.ts";
import { validationError } from "./errors.ts";
import type { Tag } from "./model.ts";

/** The account a call is about: always the caller's own. */
export function callersAccount(context: CallContext): Account {
  return signedCaller(context).account;
}

/** A parameter that must be there. */
export function required(input: URLSearchParams, name: string): string {
  const value = input.get(name) ?? "";
  if (value === "") throw failed(name, "Member must not be null");
  return value;
}

/** A name of an identity or policy: letters, digits and `+=,.@_-`. */
export function nameOf(input: URLSearchParams, parameter: string, longest = 64): string {
  const value = required(input, parameter);
  if (!/^[\w+=,.@-]+$/.test(value)) {
    throw validationError(
      `The specified value for ${lower(parameter)} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
  if (value.length > longest) throw failed(parameter, `Member must have length less than or equal to ${longest}`);
  return value;
}

/** The path of a new identity or policy; `/` when absent. */
export function pathOf(input: URLSearchParams): string {
  const path = input.get("Path") ?? "/";
  if (!/^\/(?:[!-~]*\/)?$/.test(path)) {
    throw validationError(
      "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    );
  }
  return path;
}

/** `true` or `false`; undefined when absent. */
export function flag(input: URLSearchParams, name: string): boolean | undefined {
  const value = input.get(name);
  if (value === null) return undefined;
  if (value !== "true" && value !== "false") throw failed(name, "Member must be true or false");
  return value === "true";
}

/** `Tags.member.N.Key` and `.Value`. */
export function tagsOf(input: URLSearchParams): Tag[] {
  const tags: Tag[] = [];
  for (let index = 1; input.has(`Tags.member.${index}.Key`); index += 1) {
    const Key = input.get(`Tags.member.${index}.Key`) ?? "";
    tags.push({ Key, Value: input.get(`Tags.member.${index}.Value`) ?? "" });
  }
  return tags;
}

function failed(parameter: string, constraint: string): Error {
  return validationError(
    `1 validation error detected: Value at '${lower(parameter)}' failed to satisfy constraint: ${constraint}`,
  );
}

function lower(parameter: string): string {
  return parameter.charAt(0).toLowerCase() + parameter.slice(1);
}
