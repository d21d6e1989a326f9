import type { Command } from "commander";
import { coerceError, describeError } from "../core/errors.ts";
import {
  checkAws,
  checkConfiguration,
  checkDatabaseOf,
  checkSlack,
  checkWorkflows,
  type Finding,
} from "./doctor-checks.ts";
import { formatOption, print, printJson, table, type Format } from "./output.ts";
import type { ExitCode } from "./program.ts";
import { surroundings, type Surroundings } from "./server-state.ts";

const checks: readonly (readonly [string, (found: Surroundings) => Promise<readonly Finding[]>])[] = [
  ["configuration", checkConfiguration],
  ["workflows", checkWorkflows],
  ["database", checkDatabaseOf],
  ["slack", checkSlack],
  ["aws", checkAws],
];

/** `doctor`: one line per check; exit 1 when there is any problem. It changes nothing. */
export function addDoctorCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("doctor")
    .description("check configuration, documents, database, Slack and AWS, one line each")
    .addOption(formatOption())
    .action(async ({ format }: { format: Format }) => {
      const found = await surroundings();
      const lines: { check: string; ok: boolean; text: string }[] = [];
      for (const [check, look] of checks) {
        const findings = await look(found).catch(fault);
        lines.push(...findings.map((finding) => ({ check, ...finding })));
      }
      const ok = lines.every((line) => line.ok);
      if (format === "json") printJson({ ok, checks: lines });
      else print(table(lines.map((line) => [line.ok ? "ok" : "problem", line.check, line.text])));
      exit(ok ? 0 : 1);
    });
}

/** One broken part must not keep the others from being looked at. */
function fault(thrown: unknown): readonly Finding[] {
  return [{ ok: false, text: describeError(coerceError(thrown)) }];
}
