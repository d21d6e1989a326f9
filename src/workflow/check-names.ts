import { PolicyError } from "../core/errors.ts";
import { checkExpression, checkPath, checkScript, type Finding, type KnownNames } from "../expression/check.ts";
import { parseExpression } from "../expression/parse.ts";
import { parseScript } from "../expression/script.ts";
import { templateParts } from "../expression/template.ts";
import { documentProblem, type Problem } from "./problem.ts";
import type { Path, Positions } from "./source.ts";

/** What expressions and templates may start with (DESIGN 7.2, issue 5 item 3). `decide/scope.ts` fills them. */
const scopeRoots = ["violation", "threat", "scan", "event", "run", "resource", "facts"] as const;
/** Bare names a template may use. */
const templateNames = ["current_week", "now", "risk_level"] as const;
/** Conditions that `required_for` knows without a `conditions:` document (DESIGN 7.6). */
export const builtInConditions = ["production_resources", "high_business_impact"] as const;

/** Roots with the steps that come before; without `steps` the root `steps` is unknown. */
function knownNames(steps?: readonly string[]): KnownNames {
  return steps === undefined ? { roots: scopeRoots } : { roots: [...scopeRoots, "steps"], steps };
}

function problemsOf(findings: readonly Finding[], path: Path, positions: Positions): Problem[] {
  return findings.map((finding) =>
    documentProblem(
      finding.message,
      positions.inside(path, finding.at.line, finding.at.column),
      finding.hint,
      "unknown_name",
    ),
  );
}

/** A parse fault's place is within the text; this turns it into a place in the file. */
function faultProblem(error: unknown, path: Path, positions: Positions): Problem {
  if (!(error instanceof PolicyError)) throw error;
  const at = error.location ?? { line: 1, column: 1 };
  return documentProblem(error.message, positions.inside(path, at.line, at.column), error.hint, error.code);
}

/** Everything wrong with an expression at a path of a document. */
export function checkCondition(
  expression: string,
  path: Path,
  positions: Positions,
  steps?: readonly string[],
): Problem[] {
  try {
    return problemsOf(checkExpression(parseExpression(expression), knownNames(steps)), path, positions);
  } catch (error) {
    return [faultProblem(error, path, positions)];
  }
}

/** Everything wrong with a script at a path of a document. */
export function checkScriptText(script: string, path: Path, positions: Positions, steps: readonly string[]): Problem[] {
  try {
    return problemsOf(checkScript(parseScript(script), knownNames(steps)), path, positions);
  } catch (error) {
    return [faultProblem(error, path, positions)];
  }
}

/** Everything wrong with the templates inside one text. */
export function checkTemplate(text: string, path: Path, positions: Positions, steps: readonly string[]): Problem[] {
  try {
    return templateParts(text).flatMap((part) => {
      const finding = part.path === undefined ? undefined : checkPath(part.path, knownNames(steps), templateNames);
      if (finding === undefined) return [];
      const before = text.slice(0, part.offset).split("\n");
      const place = positions.inside(path, before.length, before.at(-1)!.length + 1);
      return [documentProblem(`${finding.message} in {{ ${part.text} }}`, place, finding.hint, "bad_template")];
    });
  } catch (error) {
    return [faultProblem(error, path, positions)];
  }
}
