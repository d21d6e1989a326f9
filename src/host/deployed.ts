import type { Config } from "../config.ts";
import { actionFacts, loadCatalogue } from "../act/catalogue.ts";
import { PolicyError } from "../core/errors.ts";
import type { Deployed } from "../run/snapshots.ts";
import { loadDocuments, type Documents, type Problem } from "../workflow/documents.ts";
import { isWorkflowFile, readDocumentFolders } from "./documents-folder.ts";

/** Where cards and alerts go: the environment says, else the `settings:` document, else the usual channel. */
export function channelsFor(
  config: Pick<Config, "channel">,
  documents: Documents,
): { readonly defaultChannel: string; readonly alertsChannel: string } {
  const { channels } = documents.settings;
  const defaultChannel = config.channel ?? channels.default ?? "#security-alerts";
  return { defaultChannel, alertsChannel: channels.alerts ?? defaultChannel };
}

/** What the documents name in Slack: user groups of roles, and channels that messages go to. */
export function slackNeeds({ documents }: Deployed): {
  readonly groups: readonly string[];
  readonly channels: readonly string[];
} {
  const groups = [...documents.roles.values()].flatMap((role) => role.slackGroup ?? []);
  const channels = documents.workflows.flatMap((workflow) =>
    Object.values(workflow.graph.nodes).flatMap((node) => {
      const channel = node.kind === "action" ? node.parameters["channel"] : undefined;
      return typeof channel === "string" && !channel.includes("{{") ? [channel] : [];
    }),
  );
  return { groups: [...new Set(groups)], channels: [...new Set(channels)] };
}

/**
 * The documents of the workflows folders, ready to run.
 * @throws PolicyError `bad_document` with the first error's place: a bot that would ask the wrong people must not start.
 */
export async function deployedDocuments(
  folders: readonly string[],
): Promise<{ readonly deployed: Deployed; readonly problems: readonly string[] }> {
  const files = await readDocumentFolders(folders);
  const { documents, problems } = loadDocuments(files, actionFacts(await loadCatalogue()));
  const first = problems.find((problem) => problem.severity === "error");
  if (first) {
    const more = problems.filter((problem) => problem.severity === "error").length - 1;
    throw new PolicyError(
      "bad_document",
      `${first.message}${more > 0 ? ` (and ${more} more: policycortex workflow lint)` : ""}`,
      {
        location: first.location,
        ...(first.hint === undefined ? {} : { hint: first.hint }),
      },
    );
  }
  const deployed = { documents, policyFiles: files.filter((file) => !isWorkflowFile(file)) };
  return {
    deployed,
    problems: problems.map(
      (problem: Problem) => `${problem.location.file}:${problem.location.line}: ${problem.message}`,
    ),
  };
}
