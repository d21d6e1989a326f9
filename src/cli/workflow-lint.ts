import type { Problem } from "../workflow/problem.ts";

/**
 * What `workflow lint` prints: one line a problem, `file:line:column: severity: message (hint)`, and a last line that
 * counts them. An empty text when there is nothing to tell.
 */
export function lintReport(problems: readonly Problem[]): string {
  if (problems.length === 0) return "";
  const lines = problems.map(({ location, severity, message, hint }) => {
    return `${location.file}:${location.line}:${location.column}: ${severity}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
  });
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  const counts = [errors > 0 ? count(errors, "error") : "", warnings > 0 ? count(warnings, "warning") : ""].filter(
    (part) => part !== "",
  );
  return `${[...lines, counts.join(", ")].join("\n")}\n`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
