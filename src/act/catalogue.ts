import { readdir } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ActionDefinition, ActionFacts } from "../core/action.ts";
import { PolicyError } from "../core/errors.ts";
import { isAction } from "./define-action.ts";
import { seedActions } from "./seed-actions.ts";

const here = fileURLToPath(import.meta.url);
/** The one folder beside this file that is not an action. */
const notActions = ["connectors"];

/**
 * Every installed action by name: the folders `act/<provider>-<name>/`, each with an `index` that exports `action`.
 * A folder is named with the words of its action in any order, so that `slack-send-message` holds `send_slack_message`.
 * @param directory where the folders are; beside this file when absent (sources and `dist/` alike).
 * @throws PolicyError `bad_config` with the path of a folder that is misnamed, empty or holds an action a second time.
 */
export async function loadCatalogue(directory = dirname(here)): Promise<ReadonlyMap<string, ActionDefinition>> {
  const entries = await readdir(directory, { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory() && !notActions.includes(entry.name))
    .map((entry) => join(directory, entry.name))
    .sort();
  const actions = await Promise.all(folders.map(loadAction));
  const catalogue = new Map<string, ActionDefinition>();
  for (const [index, action] of actions.entries()) {
    if (catalogue.has(action.name))
      throw new PolicyError("bad_config", `${folders[index]}: action ${action.name} is already in the catalogue`, {
        hint: "one folder holds an action, remove the other",
      });
    catalogue.set(action.name, action);
  }
  return catalogue;
}

async function loadAction(folder: string): Promise<ActionDefinition> {
  // `.ts` under tsx and jest, `.js` from dist: whatever this file itself runs as.
  const index = join(folder, `index${extname(here)}`);
  let loaded: { readonly action?: unknown };
  try {
    loaded = (await import(pathToFileURL(index).href)) as typeof loaded;
  } catch (error) {
    throw new PolicyError("bad_config", `${index}: cannot be loaded`, {
      hint: "every folder of src/act but connectors is an action with an index.ts",
      cause: error,
    });
  }
  const { action } = loaded;
  if (!isAction(action))
    throw new PolicyError("bad_config", `${index}: exports no action`, {
      hint: "export const action = defineAction({ … })",
    });
  if (wordsOf(basename(folder), "-") !== wordsOf(action.name, "_"))
    throw new PolicyError("bad_config", `${folder}: does not have the words of its action ${action.name}`, {
      hint: "the folder's name is the provider first, then the action's other words, joined by -",
    });
  return action;
}

function wordsOf(name: string, separator: string): string {
  return name.split(separator).sort().join(" ");
}

/**
 * What lint and dry run need to know: of the installed actions, and of those the seeds name that are not there yet
 * (`installed: false`; a live start is refused with their names).
 */
export function actionFacts(catalogue: ReadonlyMap<string, ActionDefinition>): ReadonlyMap<string, ActionFacts> {
  const facts = new Map(seedActions.map((action) => [action.name, action]));
  for (const { name, changesSomething, impact, params, type } of catalogue.values())
    facts.set(name, { name, changesSomething, impact, params, type, installed: true });
  return facts;
}
