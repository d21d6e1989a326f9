import type { Command } from "commander";
import { systemClock } from "../core/clock.ts";
import { writePause } from "../run/commands.ts";
import { formatOption, print, printJson, type Format } from "./output.ts";
import { osUser, tenantId, withStore } from "./server-state.ts";

/** `pause` and `resume`: the kill switch, also when Slack is down. */
export function addPauseCommands(program: Command): void {
  program
    .command("pause")
    .description("let no effect begin until resume; runs wait where they are")
    .addOption(formatOption())
    .action(({ format }: { format: Format }) => setPause(true, format));
  program
    .command("resume")
    .description("end a pause; waiting runs go on")
    .addOption(formatOption())
    .action(({ format }: { format: Format }) => setPause(false, format));
}

async function setPause(paused: boolean, format: Format): Promise<void> {
  const by = `os:${osUser()}`;
  const kind = await withStore(async (store, found) => {
    await writePause({ database: store.interactive, clock: systemClock }, tenantId, by, paused);
    return found.kind;
  });
  // Which database is said: a switch thrown on the practice one must not pass for the real one.
  if (format === "json") printJson({ paused, database: kind, by });
  else print(`${paused ? "paused: no effect begins until resume" : "resumed"} (${kind} database)`);
}
