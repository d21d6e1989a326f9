import { PolicyError } from "../core/errors.ts";
import type { Person } from "../core/ports.ts";
import { manualEvent } from "../ingest/manual.ts";
import { missingActions, receive } from "../pipeline.ts";
import { requirePermission } from "../run/commands.ts";
import { findWorkflow, suggest } from "../workflow/documents.ts";
import type { Shared } from "./shared.ts";

/** `run WORKFLOW key=value…`: a person's request as an event, through the same pipeline as any other. */
export async function startByHand(
  shared: Shared,
  request: {
    readonly workflow: string;
    readonly assignments: Readonly<Record<string, string>>;
    readonly person: Person;
    readonly via: "slack" | "cli";
  },
): Promise<string> {
  await requirePermission(shared.commands, request, "run");
  const { documents } = shared.deployed();
  const workflow = findWorkflow(documents, request.workflow);
  if (!workflow) {
    const near = suggest(
      request.workflow,
      documents.workflows.map((known) => known.name),
    );
    throw new PolicyError(
      "not_found",
      `there is no workflow ${request.workflow}`,
      near === undefined ? {} : { hint: `did you mean ${near}?` },
    );
  }
  const missing = missingActions(shared.pipeline, workflow);
  if (missing.length > 0)
    throw new PolicyError(
      "action_not_installed",
      `${workflow.name} cannot start: not installed: ${missing.join(", ")}`,
    );
  const account = await shared.connectors.aws?.callerAccount().catch(() => undefined);
  const event = manualEvent(workflow, request.assignments, request.person, account, shared.clock.now());
  const only = {
    ...shared.pipeline,
    deployed: () => ({ ...shared.deployed(), documents: { ...documents, workflows: [workflow] } }),
  };
  const [received] = await receive(only, [event], request.person.id);
  const runId = received?.runs[0];
  if (runId === undefined)
    throw new PolicyError("bad_input", `${workflow.name} does not take this: ${received?.reason ?? "nothing to do"}`);
  return runId;
}
