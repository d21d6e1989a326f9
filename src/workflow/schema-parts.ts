import { z } from "zod";
import { PolicyError } from "../core/errors.ts";
import { parseDuration } from "../expression/duration.ts";

/** Pieces that several documents share. Messages continue the sentence "VALUE: …". */

export const Name = z
  .string()
  .max(128, "a name has at most 128 characters")
  .regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, "a name is letters, digits, _ - and ., starting with a letter");

/** A name that expressions can spell: `steps.NAME.output`. */
export const Word = z
  .string()
  .max(64, "a name has at most 64 characters")
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, "a name is letters, digits and _, starting with a letter");

/** A duration in the documents; milliseconds once parsed (DESIGN 7.10). */
export const Duration = z.string("a duration is written 30s, 5 minutes, 24h or 30_days").transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    context.addIssue({ code: "custom", message: error.message, params: { hint: error.hint } });
    return z.NEVER;
  }
});

/** How many people: a whole number from 1; nothing else is ever rounded or read as one (A6). */
export const Count = z
  .int("the count is a whole number")
  .min(1, "the count is at least 1")
  .max(20, "the count is at most 20");

export const RoleNames = z
  .array(Word)
  .min(1, "name at least one role")
  .max(20, "at most 20 roles")
  .refine((roles) => new Set(roles).size === roles.length, "a role stands twice");
