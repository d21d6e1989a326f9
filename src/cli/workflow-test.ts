import { resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { systemClock, type Clock } from "../core/clock.ts";
import { PolicyError } from "../core/errors.ts";
import type { WorkflowDefinition } from "../core/graph.ts";
import { isWorkflowFile, readDocumentFolders } from "../host/documents-folder.ts";
import { simulate } from "../run/simulate.ts";
import type { Trace } from "../run/trace.ts";
import type { SourceFile } from "../workflow/documents.ts";
import { isFile, load, readSource, workflowCalled, type Loaded } from "./documents.ts";
import { print, printJson, say } from "./output.ts";
import type { ExitCode } from "./program.ts";
import { openProvider } from "./provider.ts";
import { surroundings, type Surroundings } from "./server-state.ts";
import { findTestData, readTestEvent } from "./test-data.ts";
import { traceJunit } from "./trace-junit.ts";
import { traceText } from "./trace-text.ts";
import { lintReport } from "./workflow-lint.ts";

interface Options {
  readonly workflowFile: string;
  readonly testData: string;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
  readonly format: "text" | "json" | "junit";
  readonly at?: Date;
}

/** `workflow test` (workflow seed, "Test Workflow Execution"): one workflow on one event, in memory. It never acts. */
export function addTestCommand(workflow: Command, exit: (code: ExitCode) => void): void {
  workflow
    .command("test")
    .description("run one workflow on one event in memory; never acts; exit 1 when the event does not start it")
    .requiredOption("--workflow-file <file>", "a workflow's file, or the name of one in the workflows folders")
    .requiredOption("--test-data <json>", "an event's file, or the name of one in workflows/samples")
    .option("--dry-run", "nothing leaves the process: plans are not read from the provider")
    .option("--verbose", "also everything that would be posted, outputs, digests")
    .option("--at <time>", "as if it were this time, ISO 8601", instant)
    .addOption(
      new Option("--format <format>", "how the answer is written").choices(["text", "json", "junit"]).default("text"),
    ) // prettier-ignore
    .action(async (options: Options) => {
      const trace = await test(options);
      if (trace === undefined) {
        exit(2);
        return;
      }
      if (options.format === "json") printJson(trace);
      else if (options.format === "junit") print(traceJunit(trace));
      else print(traceText(trace, options.verbose === true));
      exit(failed(trace) ? 1 : 0);
    });
}

function failed(trace: Trace): boolean {
  return ["not_started", "needs_attention", "failed"].includes(trace.state);
}

/** @returns undefined when the documents have errors, which are then told. */
async function test(options: Options): Promise<Trace | undefined> {
  const found = await surroundings();
  const { workflowFolders } = found.config;
  const { loaded, source } = await loadBeside(options.workflowFile, workflowFolders);
  const errors = loaded.problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0) {
    say(lintReport(errors));
    return undefined;
  }
  const workflow = workflowOf(loaded, source);
  const clock = clockAt(options.at);
  const data = await findTestData(options.testData, workflowFolders);
  const event = readTestEvent(data, loaded.documents, clock.now());
  const input = { workflow, event, clock, documents: loaded.documents, catalogue: loaded.catalogue };
  if (options.dryRun === true) return simulate({ ...input, mode: "dry-run" });
  return readingSimulation(found, input);
}

async function readingSimulation(
  found: Surroundings,
  input: Omit<Parameters<typeof simulate>[0], "mode" | "connectors">,
): Promise<Trace> {
  const { name, connectors } = openProvider(found);
  try {
    const trace = await simulate({ ...input, mode: "read", connectors });
    if (trace.state === "needs_attention")
      say(`plans were read from ${name}; --dry-run shows the rest without reading`);
    return trace;
  } finally {
    connectors.close();
  }
}

/** The file with the policy documents of the folders, as it would stand when it was deployed. */
async function loadBeside(
  nameOrPath: string,
  folders: readonly string[],
): Promise<{ readonly loaded: Loaded; readonly source: SourceFile }> {
  const deployed = await readDocumentFolders(folders);
  const source = (await isFile(nameOrPath)) ? await readSource(nameOrPath, "the workflow") : await called(nameOrPath, deployed); // prettier-ignore
  const policies = deployed.filter((file) => !isWorkflowFile(file) && resolve(file.file) !== resolve(source.file));
  return { source, loaded: await load([source, ...policies]) };
}

async function called(name: string, deployed: readonly SourceFile[]): Promise<SourceFile> {
  const { documents } = await load(deployed);
  const { file } = workflowCalled(documents, name.replace(/\.ya?ml$/, ""));
  return deployed.find((source) => source.file === file)!;
}

function workflowOf({ documents }: Loaded, source: SourceFile): WorkflowDefinition {
  const [found] = documents.workflows.filter((workflow) => workflow.file === source.file);
  if (found !== undefined) return found;
  throw new PolicyError("bad_input", "there is no workflow in this file", {
    location: { file: source.file, line: 1, column: 1 },
    hint: "a workflow's top-level key is workflow:",
  });
}

function clockAt(at: Date | undefined): Clock {
  return at === undefined ? systemClock : { ...systemClock, now: () => at };
}

function instant(text: string): Date {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError("write 2026-11-21T10:00:00Z");
  return new Date(time);
}
