import { AwsError } from "../aws-error.ts";
import type { JsonInput } from "../protocol/json.ts";

/** Readers of a call's fields, with the errors Secrets Manager gives. */

export const invalidParameter = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);
export const invalidRequest = (message: string): AwsError => new AwsError("InvalidRequestException", 400, message);

/** A text field, or undefined. */
export function text(input: JsonInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new AwsError("SerializationException", 400, `${name} is not a string`);
  return value;
}

/** A text field that must be there and hold something. */
export function requiredText(input: JsonInput, name: string): string {
  const value = text(input, name);
  if (value === undefined || value === "") {
    const member = name.charAt(0).toLowerCase() + name.slice(1);
    const message = `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`;
    throw new AwsError("ValidationException", 400, message);
  }
  return value;
}

/** A list field; empty when absent. */
export function list(input: JsonInput, name: string): readonly unknown[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value)) throw new AwsError("SerializationException", 400, `${name} is not a list`);
  return value;
}

/** The tags of a call. */
export function tags(input: JsonInput): { Key: string; Value: string }[] {
  return list(input, "Tags").map((item) => {
    const { Key, Value } = (item ?? {}) as { Key?: unknown; Value?: unknown };
    if (typeof Key !== "string" || typeof Value !== "string") throw invalidParameter("A tag needs Key and Value");
    return { Key, Value };
  });
}
