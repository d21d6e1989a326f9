import { PolicyError } from "../core/errors.ts";
import type { Place } from "./tree.ts";

/** Bounds of one expression or script (`reference/reliability.md` I9): sizes in characters, depth in nested nodes. */
export const sourceLimit = 8 * 1024;
export const depthLimit = 64;
/** Nodes one evaluation may visit; there are no loops, so only pathological sources come near it. */
export const stepLimit = 100_000;
/** Longest text and longest list that an evaluation may build: `x = x + x` would otherwise double without end. */
export const textLimit = 64 * 1024;
export const listLimit = 10_000;

/** Names that lead out of data and into the host language in one way or another; never a name, attribute or key here. */
const hostNames: ReadonlySet<string> = new Set(["constructor", "prototype"]);

/** Whether a name is refused wherever it stands: `__proto__`, `__class__`, `constructor`, … (I7, I11). */
export function isForbiddenName(name: string): boolean {
  return name.startsWith("__") || hostNames.has(name);
}

/**
 * A `bad_expression` fault at a place in the source. The file is filled in by whoever knows it (`workflow/`).
 */
export function expressionError(message: string, at: Place, hint?: string): PolicyError {
  return new PolicyError("bad_expression", message, {
    location: { file: "", line: at.line, column: at.column },
    ...(hint === undefined ? {} : { hint }),
  });
}
