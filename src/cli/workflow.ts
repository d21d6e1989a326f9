import type { Command } from "commander";
import { loadConfig } from "../config.ts";
import { readDocumentFolders } from "../host/documents-folder.ts";
import { load, readPaths, workflowCalled, type Loaded } from "./documents.ts";
import { counted, formatOption, print, printJson, say, table, type Format } from "./output.ts";
import type { ExitCode } from "./program.ts";
import { lintReport } from "./workflow-lint.ts";
import { addTestCommand } from "./workflow-test.ts";
import { workflowText } from "./workflow-text.ts";

/** `workflow lint|list|show|test`: documents, without a database. */
export function addWorkflowCommands(program: Command, exit: (code: ExitCode) => void): void {
  const workflow = program.command("workflow").description("workflows and the documents beside them");
  addLint(workflow, exit);
  addList(workflow);
  addShow(workflow);
  addTestCommand(workflow, exit);
}

function addLint(workflow: Command, exit: (code: ExitCode) => void): void {
  workflow
    .command("lint [paths...]")
    .description("every problem with file:line:column; exit 1 when there is an error")
    .addOption(formatOption())
    .action(async (paths: readonly string[], { format }: { format: Format }) => {
      const { files, problems } = paths.length > 0 ? await load(await readPaths(paths)) : await loadFolders();
      if (format === "json") printJson(problems);
      else print(lintReport(problems) || `${counted(files.length, "document")}, no problems`);
      exit(problems.some((problem) => problem.severity === "error") ? 1 : 0);
    });
}

function addList(workflow: Command): void {
  workflow
    .command("list")
    .description("the workflows in force")
    .addOption(formatOption())
    .action(async ({ format }: { format: Format }) => {
      const { documents } = await loadWarning();
      const rows = documents.workflows.map(({ name, version, description, file, trigger }) => {
        return { name, version, trigger: trigger.event ?? trigger.schedule ?? "by hand", description, file };
      });
      if (format === "json") printJson(rows);
      else print(rows.length === 0 ? "no workflows" : table(rows.map((row) => Object.values(row))));
    });
}

function addShow(workflow: Command): void {
  workflow
    .command("show <name>")
    .description("one workflow: what starts it, its steps, who must agree; by its name or its file's name")
    .addOption(formatOption())
    .action(async (name: string, { format }: { format: Format }) => {
      const { documents } = await loadWarning();
      const found = workflowCalled(documents, name);
      if (format === "json") printJson(found);
      else print(workflowText(found));
    });
}

async function loadFolders(): Promise<Loaded> {
  const { workflowFolders } = loadConfig(process.env, { serving: false });
  return load(await readDocumentFolders(workflowFolders));
}

/** Broken documents leave workflows out: whoever looks for one is told where it went. */
async function loadWarning(): Promise<Loaded> {
  const loaded = await loadFolders();
  say(lintReport(loaded.problems.filter((problem) => problem.severity === "error")));
  return loaded;
}
