import { readFile } from "node:fs/promises";
import { Command, CommanderError } from "commander";
import { describeError, PolicyError } from "../core/errors.ts";
import { addApprovalCommands } from "./approval.ts";
import { addAuditCommands } from "./audit.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addMigrateCommand } from "./migrate.ts";
import { addPauseCommands } from "./pause.ts";
import { addRunCommands } from "./run.ts";
import { addServeCommand } from "./serve.ts";
import { addWorkflowCommands } from "./workflow.ts";

/** 0 done, 1 the thing asked about failed, 2 bad input or usage (CONTRACT). */
export type ExitCode = 0 | 1 | 2;

/** Codes that mean the caller's words were wrong, not that the thing asked about failed. */
const usageCodes = new Set([
  "bad_config",
  "bad_input",
  "bad_document",
  "not_found",
  "unauthorised",
  "forbidden",
  "unknown_name",
]);

/** Every command, in the order `--help` shows them. A handler says its exit code; what it throws becomes one line. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const exit = (given: ExitCode) => void (code = given);
  const program = new Command("policycortex")
    .version(await version())
    .description("Turns security findings into approved, reversible, proven fixes")
    .exitOverride();
  program
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
    .showHelpAfterError("(policycortex --help lists the commands)");
  const add = [
    addServeCommand,
    addWorkflowCommands,
    addRunCommands,
    addApprovalCommands,
    addAuditCommands,
    addPauseCommands,
    addMigrateCommand,
    addDoctorCommand,
  ];
  for (const addCommands of add) addCommands(program, exit);
  for (const command of program.commands) inheritExit(command);
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    return report(error);
  }
}

/** The package's own version, the same file from `src/` and from `dist/`. */
async function version(): Promise<string> {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
}

function inheritExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) inheritExit(child);
}

/** One clear line, no stack trace; a fault of ours keeps its trace for whoever mends it. */
function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`policycortex: ${describeError(error)}\n`);
  if (error instanceof PolicyError) return usageCodes.has(error.code) ? 2 : 1;
  if (error instanceof Error && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
  return 1;
}
