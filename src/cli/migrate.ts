import type { Command } from "commander";
import { openDatabase } from "../host/database.ts";
import { formatOption, print, printJson, type Format } from "./output.ts";
import { surroundings } from "./server-state.ts";

/** `migrate`: bring the database up to date now, before the replicas start. */
export function addMigrateCommand(program: Command): void {
  program
    .command("migrate")
    .description("apply the migrations that the database lacks, under a lock; a server does it at its start too")
    .addOption(formatOption())
    .action(async ({ format }: { format: Format }) => {
      const { config, kind } = await surroundings();
      const database = await openDatabase(config, kind);
      await database.close();
      const applied = database.migrated;
      if (format === "json") printJson({ database: kind, applied });
      else print(applied.length === 0 ? "nothing to apply: the database is up to date" : applied.join("\n"));
    });
}
