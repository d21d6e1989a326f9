import { access } from "node:fs/promises";
import { join } from "node:path";
import { actionFacts, loadCatalogue } from "../act/catalogue.ts";
import { loadConfig } from "../config.ts";
import { systemClock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import { silentLog } from "../core/log.ts";
import { channelsFor } from "../host/deployed.ts";
import { readDocumentFolders } from "../host/documents-folder.ts";
import { checkDatabase } from "../store/check.ts";
import { findEmbedded, startEmbedded, type EmbeddedPostgres } from "../store/embedded/embedded.ts";
import { checkWorkspace } from "../slack/colleagues.ts";
import { loadDocuments } from "../workflow/documents.ts";
import { counted } from "./output.ts";
import { openProvider } from "./provider.ts";
import type { Surroundings } from "./server-state.ts";

/** What a check found: fine, or what is wrong and what to do. */
export interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

const fine = (text: string): Finding => ({ ok: true, text });
const problem = (text: string): Finding => ({ ok: false, text });

/** Whether `serve` would accept the environment. */
export async function checkConfiguration({ config }: Surroundings): Promise<readonly Finding[]> {
  try {
    loadConfig(process.env);
  } catch (error) {
    return [problem(describeError(error))];
  }
  return [fine(`data in ${config.dataFolder}, workflows in ${config.workflowFolders.join(", ")}`)];
}

/** The documents in force, counted; every problem is for `workflow lint`. */
export async function checkWorkflows({ config }: Surroundings): Promise<readonly Finding[]> {
  const files = await readDocumentFolders(config.workflowFolders);
  const { documents, problems } = loadDocuments(files, actionFacts(await loadCatalogue()));
  const errors = problems.filter((each) => each.severity === "error");
  const [first] = errors;
  if (first !== undefined) {
    const { file, line, column } = first.location;
    const more = errors.length > 1 ? ` and ${errors.length - 1} more (policycortex workflow lint)` : "";
    return [problem(`${file}:${line}:${column}: ${first.message}${more}`)];
  }
  const amount = `${counted(documents.workflows.length, "workflow")} in ${counted(files.length, "document")}`;
  if (problems.length === 0) return [fine(amount)];
  return [fine(`${amount}, ${counted(problems.length, "warning")} (policycortex workflow lint)`)];
}

/** Reachable, of the right kind, up to date, and audit out of the serving role's reach. Never migrates. */
export async function checkDatabaseOf({ config, kind }: Surroundings): Promise<readonly Finding[]> {
  if (config.databaseUrl !== undefined) return describeDatabase(config.databaseUrl, kind, "PostgreSQL");
  const running = await findEmbedded(config.dataFolder);
  const made = running !== undefined || (await exists(join(config.dataFolder, "postgres.json")));
  if (!made) return [fine(`embedded PostgreSQL: none in ${config.dataFolder} yet, the first start makes it`)];
  const embedded: EmbeddedPostgres = running ?? (await startEmbedded(config.dataFolder));
  try {
    const state = running === undefined ? "starts (it was not running)" : "running";
    return [
      fine(`embedded PostgreSQL ${state}`),
      ...(await describeDatabase(embedded.servingUrl(kind), kind, "PostgreSQL")),
    ];
  } finally {
    await embedded.stop();
  }
}

async function describeDatabase(url: string, kind: string, name: string): Promise<readonly Finding[]> {
  const state = await checkDatabase(url);
  const findings = [fine(`${name} ${state.version}, ${state.kind === undefined ? "not used yet" : `${state.kind} database`}`)]; // prettier-ignore
  if (state.kind !== undefined && state.kind !== kind)
    findings.push(problem(`it belongs to a ${state.kind} installation, not to a ${kind} one: give each its own`));
  if (state.pending.length > 0)
    findings.push(problem(`${counted(state.pending.length, "migration")} to apply: policycortex migrate`));
  else if (state.auditGuarded === "by role") findings.push(fine("the serving role cannot change the audit log"));
  else findings.push(fine("only triggers guard the audit log: a POLICYCORTEX_MIGRATION_URL of its own guards it better")); // prettier-ignore
  return findings;
}

/** What the bot finds in Slack: a missing scope, a channel it is not in, a group that is empty. */
export async function checkSlack({ config, sandbox }: Surroundings): Promise<readonly Finding[]> {
  const practise = sandbox?.slackInUse === true;
  const token = practise ? sandbox.slack.botToken : config.slack.botToken;
  const apiUrl = practise ? sandbox.slack.apiUrl : config.slack.apiUrl;
  if (token === undefined) return [fine("no SLACK_BOT_TOKEN: npm start brings a sandbox Slack (not running now)")];
  const files = await readDocumentFolders(config.workflowFolders);
  const { documents } = loadDocuments(files, actionFacts(await loadCatalogue()));
  const groups = [...documents.roles.values()].flatMap((role) => role.slackGroup ?? []);
  const { defaultChannel, alertsChannel } = channelsFor(config, documents);
  const place = { botToken: token, ...(apiUrl === undefined ? {} : { apiUrl }), clock: systemClock, log: silentLog };
  const problems = await checkWorkspace(place, {
    channels: [...new Set([defaultChannel, alertsChannel])],
    groups: [...new Set(groups)],
  });
  if (problems.length > 0) return problems.map(problem);
  return [fine(practise ? "the sandbox's Slack answers, nothing is missing" : "Slack answers, nothing is missing")];
}

/** Whose account the bot would act in. */
export async function checkAws(found: Surroundings): Promise<readonly Finding[]> {
  if (found.kind === "sandbox" && found.sandbox === undefined)
    return [fine("not asked: npm start brings a sandbox AWS (not running now)")];
  const { name, connectors } = openProvider(found);
  try {
    const account = await connectors.aws?.callerAccount();
    return [account === undefined ? problem(`${name} is not configured`) : fine(`${name} answers: account ${account}`)];
  } finally {
    connectors.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
